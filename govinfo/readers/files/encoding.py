"""Bytes to text: which encoding a file is really in, whatever it declares."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from govinfo.errors import ReadError

# A page with a few bytes broken in transport is still one to read; more than one broken
# place in a hundred characters is another encoding or no text.
_BROKEN_SHARE = 0.01
_BROKEN_ALWAYS_ALLOWED = 2
# In published reports 60 to 85% of the characters outside ASCII are among the common
# ones below, in mojibake of them up to 6%.
_PLAUSIBLE = 0.12
_CERTAIN = 0.4
# Enough to judge an encoding by; a longer file costs no more.
_JUDGED_CHARACTERS = 40_000

_BOMS = (
    # UTF-32 first: its little-endian mark starts like that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(
    rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w:.-]{2,40})"
    rb"|^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w:.-]{2,40})",
    re.IGNORECASE,
)
# Where browsers look for a declaration, and a margin for pages with a long preamble.
_DECLARED_WITHIN = 16_384

_TAG = re.compile(r"<[^<>]*>")
_WIDE = re.compile(r"[^\x00-\x7f\s]+")
_CONTROLS = bytes((*range(9), 11, *range(14, 27), *range(28, 32)))

# The characters that make up about half of every Chinese page, and those of the
# statutory forms; both scripts.
_COMMON = frozenset(
    "的一是在不了有和人这中大为上个国以要他时来用们生到作地于出就分对成会可主发年动同工也能"
    "下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实"
    "加量都两体制机当使点从业本去把性好应开它合还因由其些前外天政四日那社义事平形相全表间样"
    "与关各重新线内数正心反你明看原又利比或但质气第向道此变条只没结解问意建月公无系"
    "府信息申请复议诉讼年度报告项目数量办理结果机构组织法律商业企科研社会公益服务申然"
    "总计予答复转收费处罚强制许可规章范文件废止现有效件维持纠正他尚未审结"
    "這為個國時來們會對動過說產種後學經進著電裡現實體製機當點從業應開還與關間樣線內數變條"
    "無係請復議訴訟報項辦結構組織務總計答轉費處罰強許規範廢維糾審決議書號區縣市局廳委"
    "，。、；：（）《》“”〔〕！？—…·「」１２３４５６７８９０％"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, the encoding it was found in, and a note if not all could be decoded."""

    text: str
    encoding: str
    note: str = ""


def decode(data: bytes, name: str = "The file") -> Decoded:
    """Text of a file: UTF-8, UTF-16, UTF-32, GB 18030 or Big5, by what fits.

    A byte order mark comes first, then strict UTF-8, then the declaration of the file
    and the Chinese encodings, each strictly, the text that looks most like Chinese
    winning. A declaration that does not fit is passed over.

    Parameters
    ----------
    data : bytes
        Content of the file.
    name : str
        Name of the file, for the error message.

    Returns
    -------
    Decoded
        ``text`` has no byte order mark. ``note`` says how many places could not be
        decoded (each a U+FFFD in ``text``), else it is empty.

    Raises
    ------
    ReadError
        If no encoding gives readable text.

    Examples
    --------
    >>> decode("政府信息公开".encode("gb18030")).encoding
    'gb18030'
    >>> decode("政府信息公开".encode()).encoding
    'utf-8'
    """
    marked = next((code for bom, code in _BOMS if data.startswith(bom)), None)
    if marked is not None:
        text = _strictly(data, marked)
        if text is not None:
            return Decoded(text.removeprefix("\ufeff"), marked)
        # A mark pasted before a page in another encoding.
        data = data.removeprefix(codecs.BOM_UTF8)
    declared = declared_encoding(data)
    wide = _wide(data)
    if wide is not None:
        return wide
    unicode = _strictly(data, "utf-8")
    if unicode is not None and not _is_control(unicode):
        is_mixed = declared in ("gb18030", "big5hkscs") and not unicode.isascii()
        if is_mixed and declared and all(c < "\u2e80" for c in unicode):
            chinese = _strictly(data, declared)
            if chinese is not None and plausibility(chinese) > 0.5:
                return Decoded(chinese, declared)
        return Decoded(unicode, "utf-8")
    found = _mended_utf8(data)
    if found is None:
        candidates = list(_candidates(data, declared))
        found = max(candidates, key=lambda c: c[0], default=(0.0, None))[1]
    if found is None or _is_control(found.text):
        raise ReadError(
            f"{name} could not be decoded: its bytes are no text in UTF-8, UTF-16,"
            " GB 18030 or Big5. Open it in the program that wrote it and save it as"
            " UTF-8, or fetch it again."
        )
    return found


def declared_encoding(data: bytes) -> str | None:
    """Encoding that a page declares in its own text, as Python names it, or None.

    Examples
    --------
    >>> declared_encoding(b'<meta charset="GB2312">')
    'gb18030'
    """
    match = _DECLARED.search(data[:_DECLARED_WITHIN])
    if match is None:
        return None
    label = (match[1] or match[2]).decode("ascii").lower()
    if label.startswith("gb") or label in ("cp936", "ms936", "x-gbk", "windows-936"):
        # A superset of all of them; pages that say GB2312 use characters of GBK.
        return "gb18030"
    if "big5" in label or label in ("cp950", "windows-950"):
        return "big5hkscs"
    try:
        return codecs.lookup(label).name
    except LookupError:
        return None


def plausibility(text: str) -> float:
    """Share of common characters among the characters outside ASCII; 1 if none.

    Examples
    --------
    >>> plausibility("政府信息公开申请") > 0.9 > 0.2 > plausibility("鏀垮簻淇℃伅鍏")
    True
    """
    # Without tags: a page may name the same font a thousand times.
    wide = "".join(_WIDE.findall(_TAG.sub("", text[:_JUDGED_CHARACTERS])))
    return sum(map(_COMMON.__contains__, wide)) / len(wide) if wide else 1.0


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_control(text: str) -> bool:
    """Whether text is full of control characters, as binary data are."""
    head = text[:_JUDGED_CHARACTERS]
    packed = head.encode("utf-8", "replace")
    n_controls = len(packed) - len(packed.translate(None, _CONTROLS))
    return n_controls > max(8, len(head) // 50)


def _wide(data: bytes) -> Decoded | None:
    """UTF-16 without its mark: every other byte of its ASCII characters is zero."""
    head = data[: 2 * _JUDGED_CHARACTERS]
    if b"\0" not in head:
        return None
    even, odd = head[::2].count(0), head[1::2].count(0)
    encoding = "utf-16-le" if odd >= even else "utf-16-be"
    # Where both are zero the file is binary; a lone zero is a broken byte.
    if max(even, odd) < 4 * min(even, odd) or max(even, odd) < len(head) // 200:
        return None
    text = _strictly(data if len(data) % 2 == 0 else data[:-1], encoding)
    if text is None or _is_control(text) or plausibility(text) < _PLAUSIBLE:
        return None
    return Decoded(text, encoding)


def _mended_utf8(data: bytes) -> Decoded | None:
    """UTF-8 with a few broken bytes; other encodings hardly ever form its sequences."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    if broken > max(len(text) * _BROKEN_SHARE, _BROKEN_ALWAYS_ALLOWED):
        return None
    whole = sum(c >= "\u2e80" for c in text) - broken
    if _is_control(text) or broken > max(whole * _BROKEN_SHARE, _BROKEN_ALWAYS_ALLOWED):
        return None
    if whole < 4 * broken or plausibility(text) < _PLAUSIBLE:
        return None
    return Decoded(text, "utf-8", _note(broken, "UTF-8"))


def _candidates(data: bytes, declared: str | None) -> Iterator[tuple[float, Decoded]]:
    """Readings in the encodings of Chinese pages, with how likely each one is."""
    encodings = ["gb18030", "big5hkscs", "cp950", "utf-16-le", "utf-16-be"]
    if declared is not None and declared != "utf-8":
        encodings.insert(0, declared)
    for encoding in dict.fromkeys(encodings):
        if encoding.startswith("utf-16") and len(data) % 2:
            continue
        try:
            text = data.decode(encoding, "replace")
        except UnicodeError:
            continue
        if encoding == "gb18030":
            # The full-width blank of old Windows programs, which the standard lacks.
            text = text.replace("\ue5e5", "\u3000")
        broken = text.count("\ufffd")
        wide = sum(map(len, _WIDE.findall(text)))
        score = plausibility(text)
        # A short text may hold no common character, so a declaration is believed.
        is_likely = score >= _PLAUSIBLE or encoding == declared or wide < 20
        if encoding.startswith("utf-16"):
            is_likely = score >= 2 * _PLAUSIBLE
        if not is_likely or broken > max(wide * _BROKEN_SHARE, _BROKEN_ALWAYS_ALLOWED):
            continue
        if broken >= wide / 4 and wide:
            continue
        # A strict reading wins over one with broken places that looks as likely.
        score += 0.02 * (encoding == declared) - 0.3 * (broken > 0)
        note = _note(broken, encoding.upper()) if broken else ""
        yield score, Decoded(text, encoding, note)
        if score > _CERTAIN and not broken and wide > 50:
            return


def _note(broken: int, encoding: str) -> str:
    places = "1 place" if broken == 1 else f"{broken} places"
    return f"The file is in {encoding}, but {places} in it could not be decoded."

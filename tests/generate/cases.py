"""One case for each oddity of cells, numbers, tables and labels seen in reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from facsimiles.form import Key, cells_of

from generate.expected import Demand, Expected
from generate.quirks import Quirks, plain_cells, total_up

# Formats in which the print determines every cell, so that it must be read exactly.
RULED = ("html", "docx", "pdf")


@dataclass(frozen=True, slots=True)
class Case:
    """A named oddity: the cells printed, how, and in which formats it is tried."""

    name: str
    cells: Mapping[Key, str]
    quirks: Quirks
    formats: tuple[str, ...] = RULED


PLAIN = plain_cells()
OLD = plain_cells("2019")
COLLAPSED = plain_cells(collapsed=True)
HYBRID = plain_cells(hybrid=True)

PERSON = ("requests", "granted", "natural_person")
BUSINESS = ("requests", "granted", "business")
ISSUED = ("proactive", "normative_document", "issued")
LICENCE = ("proactive", "licence", "decisions")
FEE = ("proactive", "fee", "amount")
CHANGE = ("proactive", "penalty", "change")
PROCUREMENT = ("proactive", "procurement", "amount")

OTHER = [
    cell["row_label"].split(" / ")[-1]
    for cell in cells_of("2021", "requests")
    if cell["row_code"].startswith("other.") and cell["column_code"] == "total"
]

# Rows whose total some agencies fill although they leave all other totals blank.
FOUR_ROWS = {"received", "carried_in", "concluded", "carried_out"}


def _blank(cells: Mapping[Key, str], where) -> dict[Key, str]:  # type: ignore[no-untyped-def]
    return {key: "" if where(key) else text for key, text in cells.items()}


# Most organisations ask nothing: zeros everywhere but for persons and businesses.
ZEROS = {
    key: "0"
    if key[0] == "requests" and key[2] in {"research", "nonprofit", "legal_service"}
    else text
    for key, text in PLAIN.items()
}
total_up(ZEROS)
SOME_BLANK = _blank(ZEROS, lambda k: k[0] == "requests" and k[2] == "research")
ZEROS_BLANK = {key: "" if text == "0" else text for key, text in ZEROS.items()}
# Only persons asked, and all that is not theirs is left blank.
PERSONS = {
    key: text if key[0] != "requests" or key[2] == "natural_person" else "0"
    for key, text in PLAIN.items()
}
total_up(PERSONS)
PERSONS_AND_TOTALS = _blank(
    PERSONS, lambda k: k[0] == "requests" and k[2] not in {"natural_person", "total"}
)
FOUR_TOTALS = _blank(
    PLAIN, lambda k: k[0] == "requests" and k[2] == "total" and k[1] not in FOUR_ROWS
)


def _marked(mark: str) -> Case:
    texts = {
        key: (mark, Expected(None, "not_applicable"))
        for key in (PERSON, BUSINESS, ISSUED, ("disputes", "review", "upheld"))
    }
    return Case(f"{mark} is a mark, not a figure", PLAIN, Quirks(texts=texts))


def _text(
    name: str,
    key: Key,
    text: str,
    value: str | None,
    *,
    state: str = "reported",
    demand: Demand = Demand.EXACT,
    cells: Mapping[Key, str] = PLAIN,
    form: str = "2021",
) -> Case:
    want = Expected(None if value is None else Decimal(value), state, demand)
    return Case(name, cells, Quirks(form=form, texts={key: (text, want)}))


EMPTY_CELLS = (
    Case("a blank beside printed zeros stays blank", SOME_BLANK, Quirks()),
    Case("every zero may be left blank", ZEROS_BLANK, Quirks()),
    Case(
        "a no-break space is a blank",
        SOME_BLANK,
        Quirks(blank="\u00a0"),
        ("html", "docx"),
    ),
    Case(
        "an ideographic space is a blank",
        SOME_BLANK,
        Quirks(blank="\u3000"),
        ("html", "docx"),
    ),
    Case("only persons and totals may be filled", PERSONS_AND_TOTALS, Quirks()),
    Case("all totals but four may be blank", FOUR_TOTALS, Quirks()),
    *(_marked(mark) for mark in ("/", "—", "-", "_", "无", "不涉及", "零报告")),
    _text(
        "a sentence in place of a number is no figure",
        ISSUED,
        "详见本机关网站公开目录",
        None,
        state="unreadable",
        demand=Demand.OPEN,
    ),
    *(
        _text(
            f"the unit {unit} without a figure is neither a figure nor a blank",
            key,
            unit,
            None,
            state="unreadable",
        )
        for unit, key in (("件", LICENCE), ("元", FEE), ("〔图〕", ISSUED))
    ),
    _text("a remark on a second line is kept", ISSUED, "22\n（其中修订16件）", "22"),
    _text("a remark beside the number is kept", ISSUED, "55（含自然失效29件）", "55"),
)

NUMBERS = (
    Case("thousands have a comma", PLAIN, Quirks(numbers="thousands")),
    Case(
        "thousands have a full-width comma",
        {**PLAIN, LICENCE: "1349257"},
        Quirks(numbers="thousands_full_width"),
    ),
    Case("digits are full-width", PLAIN, Quirks(numbers="full_width")),
    Case("counts have decimals", PLAIN, Quirks(numbers="decimals")),
    Case("counts have units", PLAIN, Quirks(numbers="unit")),
    Case("a stray mark stands beside numbers", PLAIN, Quirks(numbers="stray")),
    _text("zero has decimals", FEE, "0.00", "0"),
    _text("an amount has six decimals", FEE, "24252.311082", "24252.311082"),
    _text("an amount has its unit", FEE, "2560万元", "2560"),
    _text("yuan stand in a column of ten thousand yuan", FEE, "251000元", "251000"),
    *(
        _text(
            f"a change is printed {text}",
            CHANGE,
            text,
            value,
            cells=OLD,
            form="2019",
        )
        for text, value in (
            ("-417", "-417"),
            ("+1036", "1036"),
            ("增72", "72"),
            ("减4", "-4"),
        )
    ),
    *(
        _text(
            f"procurement is printed {text}",
            PROCUREMENT,
            text,
            value,
            cells=OLD,
            form="2019",
        )
        for text, value in (
            ("75394432.52元", "75394432.52"),
            ("251000元", "251000"),
            ("73802895.90", "73802895.90"),
        )
    ),
)

TABLES = (
    Case("the official form of 2021", PLAIN, Quirks()),
    Case("the official form of 2019", OLD, Quirks(form="2019")),
    *(
        Case(f"三、本年度办理结果 is {style}", PLAIN, Quirks(result_label=style))
        for style in ("characters", "two_cells", "lost")
    ),
    Case(
        "三、本年度办理结果 stands on every row",
        PLAIN,
        Quirks(result_label="repeated"),
        ("html", "docx"),
    ),
    Case("group labels stand on every row", PLAIN, Quirks(group_labels="repeated")),
    Case(
        "a group label is cut by a page break",
        PLAIN,
        Quirks(split=17, split_labels="cut"),
    ),
    Case("（六） is one row on the 2021 form", COLLAPSED, Quirks()),
    Case(
        "（六） is one row with an empty label cell",
        COLLAPSED,
        Quirks(empty_label=True),
    ),
    Case(
        "sub-labels of （六） are shortened",
        PLAIN,
        Quirks(
            labels={
                OTHER[0]: "1.逾期不补正",
                OTHER[1]: "2.逾期不缴费",
            }
        ),
    ),
    Case("sub-labels are numbered 1、", PLAIN, Quirks(numeral="、")),
    *(
        Case(f"the header of table 3 is {style}", PLAIN, Quirks(header=style))
        for style in ("two_rows", "one_row", "no_rowspan", "without_natural_person")
    ),
    Case(
        "the header is repeated after a page break",
        PLAIN,
        Quirks(split=14, split_header=True),
    ),
    Case("the header is not repeated after a page break", PLAIN, Quirks(split=14)),
    Case(
        "商业企业 is two lines of one cell",
        PLAIN,
        Quirks(labels={"商业企业": "商业\n企业", "社会公益组织": "社会\n公益\n组织"}),
    ),
    Case("a 2021 table 2 has 2019 headings", HYBRID, Quirks(hybrid=True)),
    Case(
        "规范性文件 stands in a 2021 form",
        PLAIN,
        Quirks(labels={"行政规范性文件": "规范性文件"}),
    ),
    Case(
        "a 2019 form is used for a later year",
        OLD,
        Quirks(form="2019", title="样例市人民政府2022年政府信息公开工作年度报告"),
    ),
    Case(
        "header and figures of table 2 span different columns",
        PLAIN,
        Quirks(disagreeing_spans=True),
        ("html", "docx"),
    ),
    Case("table 2 has an empty fifth column", PLAIN, Quirks(fifth_column=True)),
    Case("a table is 330 columns wide", PLAIN, Quirks(wide=33), ("html", "docx")),
    Case("three tables are one", PLAIN, Quirks(one_table=True)),
    Case("table 2 is one table for each item", PLAIN, Quirks(item_tables=True)),
    Case("table 4 is three tables", PLAIN, Quirks(disputes_in_three=True)),
    Case("an unrelated table precedes", PLAIN, Quirks(unrelated_table=True)),
    Case("a page-information table precedes", PLAIN, Quirks(page_information=True)),
    Case("a document has tables without a title", PLAIN, Quirks(title=None)),
    Case("a document has no headings", PLAIN, Quirks(headings="none")),
)


def _worded(name: str, **labels: str) -> Case:
    return Case(name, PLAIN, Quirks(labels=labels))


LABELS = (
    Case(
        "labels have typos and losses",
        PLAIN,
        Quirks(
            labels={
                "2.其他法律行政法规禁止公开": "2.其他法律行政止公开",
                "行政复议": "行政法复议",
                "一、本年新收政府信息公开申请数量": (
                    "一、本年新收本年新收政府信息公开申请数量"
                ),
                "现行有效件数": "现行有效件",
                "本年收费金额（单位：万元）": "本年度收费金额（万元）",
            }
        ),
    ),
    Case("labels have stray spaces", PLAIN, Quirks(stray=" ")),
    Case("labels have stray line ends", PLAIN, Quirks(stray="\n")),
    Case(
        "labels are in traditional characters",
        PLAIN,
        Quirks(
            labels={
                "1.属于国家秘密": "1.屬於國家秘密",
                "（一）予以公开": "（一）予以公開",
                "三、本年度办理结果": "三、本年度辦理結果",
                "四、结转下年度继续办理": "四、結轉下年度繼續辦理",
                "总计": "總計",
                "（七）总计": "（七）總計",
            }
        ),
        ("html", "docx"),
    ),
    Case(
        "a procurement heading names a unit",
        OLD,
        Quirks(form="2019", labels={"采购总金额": "采购总金额（万元，保留四位小数）"}),
    ),
    *(
        Case(f"items are worded {style}", PLAIN, Quirks(item_style=style))
        for style in (
            "第二十条第({})项",
            "第二十条 第（{}）项",
            "第二十条({})项",
        )
    ),
    *(
        Case(f"section headings are {style}", PLAIN, Quirks(headings=style))
        for style in ("renumbered", "lost", "doubled", "varied")
    ),
    Case(
        "a row label names other rows in its definition",
        PLAIN,
        Quirks(
            labels={
                "（七）总计": "（七）总计（即予以公开、部分公开、不予公开、无法提供、"
                "不予处理、其他处理之和）",
                "四、结转下年度继续办理": "四、结转下年度继续办理（本年新收加上年结转"
                "减本年度办理结果总计）",
            }
        ),
    ),
    Case(
        "a narrative with figures precedes the tables",
        PLAIN,
        Quirks(
            narrative=(
                "全年共收到政府信息公开申请999件，其中自然人申请888件，上年结转77件。",
                "全年行政复议66件，行政诉讼55件，制发规范性文件44件。",
            )
        ),
    ),
)

"""Makes new-entrants.xlsx: 200 made-up retailers, eight lines wrong on purpose. python examples/make_new_entrants.py"""

import random
from pathlib import Path

import xlsxwriter

HEADER = [
    "客户代码",
    "烟草证号",
    "持证人",
    "店名",
    "单位代码",
    "身份证号",
    "订货电话",
    "备用电话",
    "经营地址",
    "市场类型",
    "经营业态",
    "连锁(加油站)客户",
]
FAMILY = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉"
GIVEN = "一二三四五六七八九十东南西北春夏秋冬山水"
STREETS = ["示例路", "样品街", "测试巷", "演练大道"]
FORMATS = ["便利店", "超市", "烟酒商店", "食杂店"]
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
chance = random.Random(20261123)


def id_number(number: int) -> str:
    """An ID number of a region that does not exist, with its check digit."""
    body = f"999901{1960 + number % 40}{number % 12 + 1:02d}{number % 28 + 1:02d}{number % 1000:03d}"
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11]


def retailer(number: int) -> list[str]:
    """One line."""
    unit = f"37010{number % 3 + 1}"
    name = chance.choice(FAMILY) + chance.choice(GIVEN) + chance.choice(GIVEN)
    chain = "是" if number % 50 == 0 else "否"
    return [
        f"{unit}{number:06d}",
        f"{370190000000 + number}",
        name,
        f"{name[0]}记示例{FORMATS[number % 4]}{number:03d}",
        unit,
        id_number(number),
        f"139{number:08d}",
        f"0531{80000000 + number}",
        f"{chance.choice(STREETS)}{number}号",
        "城镇" if number % 2 else "乡村",
        FORMATS[number % 4],
        chain,
    ]


def main() -> None:
    """Write the file."""
    lines = [retailer(number) for number in range(1, 201)]
    lines[10][5] = lines[10][5][:-1] + ("1" if lines[10][5][-1] != "1" else "2")
    lines[30][2] = ""
    lines[50][6] = "12345"
    lines[70][4] = "999999"
    lines[90][0] = lines[89][0]
    lines[110][1] = "37019"
    path = Path(__file__).parent / "new-entrants.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("新入网户")
        text = book.add_format({"num_format": "@"})
        page.set_column(0, len(HEADER), 18, text)
        for row, line in enumerate([HEADER, *lines]):
            for place, value in enumerate(line):
                page.write_string(row, place, value, text)
        page.write_number(131, 5, float(lines[130][5][:17]))
        page.write_formula(151, 3, '="公式"&"商店"')


if __name__ == "__main__":
    main()

"""Small files and small functions: the figures of style 1."""

from statistics import median, quantiles

from .sources import broken, product

FILE_MEDIAN, FILE_MOST = 120, 400
FUNCTION_MEDIAN, FUNCTION_TENTH, FUNCTION_MOST = 10, 30, 60


def test_files_are_small() -> None:
    lines = {source.path: source.text.count("\n") for source in product()}
    long = [f"{path}: {count} lines" for path, count in lines.items() if count > FILE_MOST]
    assert not long, broken(f"no file has more than {FILE_MOST} lines", long)
    assert median(lines.values()) <= FILE_MEDIAN


def test_functions_are_small() -> None:
    lines = {
        source.at(function, function.name): (function.end_lineno or 0) - function.lineno + 1
        for source in product()
        for function in source.functions()
    }
    long = [f"{place}: {count} lines" for place, count in lines.items() if count > FUNCTION_MOST]
    assert not long, broken(f"no function has more than {FUNCTION_MOST} lines", long)
    assert median(lines.values()) <= FUNCTION_MEDIAN
    assert quantiles(lines.values(), n=10)[-1] <= FUNCTION_TENTH

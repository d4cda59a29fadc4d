"""Rows side by side: what, shell, ha-agent, their ratio, what must be reached, and whether it was."""

HEAD = ("", "shell", "ha-agent", "ratio", "must reach", "met")


def ms(value):
    return f"{value:.1f} ms"


def seconds(value):
    return f"{value:.3f} s" if value is not None else "never"


def relative(what, shell, agent, limit, show):
    ratio = agent / shell
    return (what, show(shell), show(agent), f"{ratio:.3f}", f"≤ {limit:.2f} ×", "yes" if ratio <= limit else "NO")


def absolute(what, shell, agent, limit, show):
    """`shell` is text; `agent` and `limit` are in the unit that `show` prints."""
    return (what, shell, show(agent), "–", f"≤ {show(limit)}", "yes" if agent is not None and agent <= limit else "NO")


def print_table(rows):
    table = [HEAD, *rows]
    widths = [max(len(row[column]) for row in table) for column in range(len(HEAD))]

    def line(row):
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:]))]
        return "| " + " | ".join(cells) + " |"
    print(line(HEAD))
    print("|" + "|".join("-" * (width + 1) + (":" if column else "-") for column, width in enumerate(widths)) + "|")
    for row in rows:
        print(line(row))

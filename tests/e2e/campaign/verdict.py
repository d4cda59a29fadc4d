"""What arrived where, beside what had to: the figures of a campaign and what must hold of them."""
import collections
import json
import os

from .channels import CHANNELS

WINDOW = 60.0
DUPLICATES = 0.01
ENOUGH = 1000  # alerts; below, one message that is sent twice is more than the share allows


class Arrivals:
    """A channel's record. Alerts are known by the end of their ids, as their hooks are."""

    def __init__(self, folder, channel):
        self.channel = channel
        with open(os.path.join(folder, channel.name), encoding="utf-8") as record:
            self.requests = [json.loads(line) for line in record if line.endswith("\n")]
        self.taken = [[event.partition("-")[2] for event in request["ids"]]
                      for request in self.requests if request["how"] == "ok"]
        self.first = {}  # alert: its place among the first arrivals
        self.repeated = 0  # messages with an alert that had arrived
        self.times = collections.Counter()
        for ids in self.taken:
            self.repeated += any(event in self.first for event in ids)
            for event in ids:
                self.first.setdefault(event, len(self.first))
                self.times[event] += 1

    def failed(self):
        return len(self.requests) - len(self.taken)

    def missing(self, made):
        return [hook.key for hooks in made.values() for hook in hooks if hook.key not in self.first]

    def twice(self, made):
        """Arrivals beyond the first."""
        return sum(self.times[hook.key] - 1 for hooks in made.values() for hook in hooks if hook.key in self.times)

    def out_of_order(self, made):
        """Alerts that came after a later one of their instance."""
        found = []
        for hooks in made.values():
            newest = -1
            for hook in hooks:
                place = self.first.get(hook.key, -1)
                if place >= 0 and place < newest:
                    found.append(hook.key)
                newest = max(newest, place)
        return found

    def most_in_a_window(self):
        """Requests in any 60 s, those that failed included: the vendor counts them too."""
        at, most, begin = sorted(request["at"] for request in self.requests), 0, 0
        for end, moment in enumerate(at):
            while moment - at[begin] > WINDOW:
                begin += 1
            most = max(most, end - begin + 1)
        return most


def table(rows):
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]

    def line(row):
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:]))]
        return "| " + " | ".join(cells) + " |"
    rule = "|" + "|".join("-" * (width + 1) + (":" if column else "-") for column, width in enumerate(widths)) + "|"
    return "\n".join([line(rows[0]), rule, *map(line, rows[1:])])


class Verdict:
    def __init__(self, folder, made, kills, dead):
        """`dead`: what the program had given up when all was over."""
        self.made, self.kills, self.dead = made, kills, dead
        self.arrivals = [Arrivals(folder, channel) for channel in CHANNELS]
        self.count = sum(len(hooks) for hooks in made.values())

    def table(self):
        rows = [("channel", "requests", "failed", "messages", "largest", "arrived", "twice", "out of order",
                 "most in 60 s", "allowed", "by")]
        for each in self.arrivals:
            rows.append((each.channel.name, str(len(each.requests)),
                         f"{100 * each.failed() / max(1, len(each.requests)):.0f} %", str(len(each.taken)),
                         str(max(map(len, each.taken), default=0)),
                         f"{self.count - len(each.missing(self.made))}/{self.count}", str(each.twice(self.made)),
                         str(len(each.out_of_order(self.made))), str(each.most_in_a_window()),
                         str(each.channel.allowed), each.channel.limited_by))
        return table(rows)

    def properties(self):
        """[(sentence, what is against it; empty: nothing)]"""
        missing = [f"{each.channel.name}: {each.missing(self.made)[:5]}" for each in self.arrivals
                   if each.missing(self.made)]
        disorder = [f"{each.channel.name}: {each.out_of_order(self.made)[:5]}" for each in self.arrivals
                    if each.out_of_order(self.made)]
        twice = sum(each.twice(self.made) for each in self.arrivals)
        share = twice / max(1, self.count * len(self.arrivals))
        repeated = sum(each.repeated for each in self.arrivals)
        fast = [f"{each.channel.name}: {each.most_in_a_window()} in 60 s, allowed are {each.channel.allowed}"
                for each in self.arrivals if each.most_in_a_window() > each.channel.allowed]
        wrong = [f"{each.channel.name}: {how}" for each in self.arrivals
                 for how in {request["how"] for request in each.requests} if how == "wrong signature"]
        unlike = [f"{each.channel.name}: {each.failed()} of {len(each.requests)}" for each in self.arrivals
                  if len(each.requests) >= ENOUGH and not 0.25 < each.failed() / len(each.requests) < 0.35]
        return [
            ("every alert arrived on every channel", missing),
            ("none was given up", self.dead),
            ("none came after a later one of its instance", disorder),
            (f"twice arrived {twice}, {100 * share:.2f} % of all", [f"more than {100 * DUPLICATES:g} %"]
             if share > DUPLICATES and self.count >= ENOUGH else []),
            (f"{repeated} messages were sent again, {self.kills} senders killed",
             ["at most one for each that was killed"] if repeated > self.kills else []),
            ("every channel stayed below its limit", fast),
            ("every signature was right", wrong),
            ("30 % of the requests failed", unlike),
        ]

"""The roles change and nothing is lost: what all the other faults begin with."""

from agent import check
from server import Writer


def run(pair):
    writer = Writer(pair.one, 1)
    writer.wait_for(50)
    pair.change(pair.one, pair.two)
    writer.join(30)
    check("the new primary takes writes", pair.two.writable() and not pair.one.writable())
    lost = sorted(writer.acknowledged - pair.two.ids())
    check("no acknowledged write is lost", not lost, lost)
    check("the old primary follows the new one", pair.one.follows(pair.two), pair.agent_one.last_step())

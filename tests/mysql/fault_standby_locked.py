"""A backup holds a lock on the whole standby: said before the failover, and by the promotion that it holds up."""

import time

from agent import check, wait_until


def run(pair):
    pair.one.write(1)
    pair.caught_up()
    with pair.two.connect() as holder:
        holder.cursor().execute("FLUSH TABLES WITH READ LOCK")
        check("a lock that holds up nobody is nobody's news", "READ LOCK" not in pair.agent_two.run("check")[1])
        pair.one.write(2)
        said = ""

        def seen():
            nonlocal said
            time.sleep(0.4)
            code, said = pair.agent_two.run("check")
            return code == 0 and "READ LOCK" in said

        wait_until("the standby's check names the lock", seen, 10)
        check("it is degraded", "degraded" in said, said)
        pair.one.kill()
        pair.agent_two.run("notify", "INSTANCE", "VI_1", "MASTER", "100")
        end = pair.agent_two.last_line()
        check("the promotion is refused and names the lock", end["outcome"] == "refused" and
              "READ LOCK" in str(end["problems"]), end)  # fmt: skip
    pair.agent_two.notify("MASTER")
    check("without the lock it takes over, and nothing is lost", pair.two.writable() and pair.two.ids() == {1, 2})

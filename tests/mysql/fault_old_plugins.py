"""One server with the semi-sync plugins of before 8.0.26, the other with the new ones: they count each other."""

from agent import check
from server import Writer, plugin

ON = "mysql"
OLD_PLUGINS = [2]


def there():
    return plugin("semisync_master") and plugin("semisync_source")


def run(pair):
    new, old = pair.one, pair.two
    check("the second has the old names", old.sql("SHOW VARIABLES LIKE 'rpl_semi_sync_master_enabled'"))
    code, said = pair.agent_one.run("check")
    check("the check of the new names' server sees its replica", code == 0 and "semi-sync on with 1 replica" in said,
          said)  # fmt: skip
    writer = Writer(new, 1)
    writer.wait_for(20)
    pair.change(new, old)
    writer.join(30)
    check("no acknowledged write is lost", not writer.acknowledged - old.ids(), writer.acknowledged - old.ids())
    check("the old primary follows the new one", new.follows(old), pair.agent_one.last_step())
    pair.wait("it is counted", lambda: old.protects(new))
    code, said = pair.agent_two.run("check")
    check("the check of the old names' server sees its replica", code == 0 and "semi-sync on with 1 replica" in said,
          said)  # fmt: skip

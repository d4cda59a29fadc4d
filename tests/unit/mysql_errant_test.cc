#include "agent/mysql_errant.h"

#include <boost/test/unit_test.hpp>

using namespace ha;

namespace {

using Kind = ErrantDeeds::Kind;

const std::string kOwn = "c2a904b7-ed42-11f1-9a7c-f0ca224c1997";
const std::string kOther = "d3b015c8-ed42-11f1-9a7c-f0ca224c1997";

std::string next(const std::string& gtid) {
  return "SET @@SESSION.GTID_NEXT= '" + gtid + "'";
}

ErrantReader mysql(const std::string& errant = kOwn + ":1-2") {
  ErrantReader reader(errant, false);
  reader.take("Format_desc", "Server ver: 8.4.8, Binlog ver: 4");
  reader.take("Previous_gtids", "");
  return reader;
}

ErrantReader mariadb(const std::string& before = "[]") {
  ErrantReader reader("0-2-7..0-2-9", true);
  reader.take("Format_desc", "Server ver: 10.11.19-MariaDB-log, Binlog ver: 4");
  reader.take("Gtid_list", before);
  reader.take("Binlog_checkpoint", "bin.000001");
  return reader;
}

ErrantDeeds deeds(Kind kind, std::string example) {
  return {kind, std::move(example)};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(mysql_errant)

BOOST_AUTO_TEST_CASE(a_flush_changes_no_data) {
  ErrantReader reader = mysql();
  reader.take("Gtid", next(kOwn + ":1"));
  reader.take("Query", "use `mysql`; FLUSH PRIVILEGES");
  BOOST_TEST(!reader.certain());
  BOOST_CHECK(reader.deeds(true) == deeds(Kind::nothing, "FLUSH PRIVILEGES"));
}

BOOST_AUTO_TEST_CASE(an_empty_transaction_changes_no_data) {
  ErrantReader reader = mysql();
  reader.take("Gtid", next(kOwn + ":2"));
  reader.take("Query", "BEGIN");
  reader.take("Query", "COMMIT");
  BOOST_CHECK(reader.deeds(true) == deeds(Kind::nothing, ""));
}

BOOST_AUTO_TEST_CASE(rows_change_data) {
  ErrantReader reader = mysql();
  reader.take("Gtid", next(kOwn + ":1"));
  reader.take("Query", "BEGIN");
  reader.take("Table_map", "table_id: 110 (app.t)");
  reader.take("Write_rows", "table_id: 110 flags: STMT_END_F");
  reader.take("Xid", "COMMIT /* xid=29 */");
  BOOST_TEST(reader.certain());
  BOOST_CHECK(reader.deeds(false) == deeds(Kind::data, "rows of app.t"));
}

BOOST_AUTO_TEST_CASE(other_statements_change_data_and_are_named_without_what_they_say) {
  ErrantReader reader = mysql();
  reader.take("Gtid", next(kOwn + ":1"));
  reader.take("Query",
              "CREATE USER 'foo'@'localhost' IDENTIFIED WITH 'x' AS 'secret' /* xid=41 */");
  BOOST_CHECK(reader.deeds(true) == deeds(Kind::data, "CREATE USER 'foo'@'localhost'"));
}

BOOST_AUTO_TEST_CASE(what_is_not_known_changes_data) {
  ErrantReader reader = mysql();
  reader.take("Gtid", next(kOwn + ":1"));
  reader.take("Transaction_payload", "compression='ZSTD'");
  BOOST_CHECK(reader.deeds(true) == deeds(Kind::data, "Transaction_payload"));
}

BOOST_AUTO_TEST_CASE(what_others_wrote_does_not_count) {
  ErrantReader reader = mysql();
  reader.take("Gtid", next(kOther + ":1"));
  reader.take("Table_map", "table_id: 110 (app.t)");
  reader.take("Gtid", next(kOwn + ":3"));
  reader.take("Table_map", "table_id: 110 (app.t)");
  BOOST_CHECK(reader.deeds(true).kind == Kind::unknown);
  reader.take("Gtid", next(kOwn + ":2"));
  reader.take("Query", "FLUSH TABLES");
  BOOST_CHECK(reader.deeds(true).kind == Kind::nothing);
}

BOOST_AUTO_TEST_CASE(a_search_that_was_cut_off_knows_only_of_data) {
  ErrantReader reader = mysql();
  reader.take("Gtid", next(kOwn + ":1"));
  reader.take("Query", "FLUSH PRIVILEGES");
  BOOST_CHECK(reader.deeds(false) == deeds(Kind::unknown, ""));
}

BOOST_AUTO_TEST_CASE(a_logs_head_tells_whether_older_ones_have_some) {
  ErrantReader reader = mysql();
  BOOST_TEST(!reader.older_has_some());
  reader.take("Previous_gtids", kOther + ":1-9");
  BOOST_TEST(!reader.older_has_some());
  reader.take("Previous_gtids", kOwn + ":1,\n" + kOther + ":1-9");
  BOOST_TEST(reader.older_has_some());
  BOOST_TEST(!mariadb().older_has_some());
  BOOST_TEST(!mariadb("[0-1-6,0-2-6]").older_has_some());
  BOOST_TEST(mariadb("[0-1-6,0-2-7]").older_has_some());
}

BOOST_AUTO_TEST_CASE(mariadbs_words) {
  ErrantReader reader = mariadb();
  reader.take("Gtid", "BEGIN GTID 0-1-7");
  reader.take("Query", "INSERT INTO app.t VALUES (1)");
  reader.take("Gtid", "GTID 0-2-7");
  reader.take("Query", "FLUSH PRIVILEGES");
  BOOST_CHECK(reader.deeds(true) == deeds(Kind::nothing, "FLUSH PRIVILEGES"));
  reader.take("Gtid", "BEGIN GTID 0-2-9 cid=4");
  reader.take("Annotate_rows", "INSERT INTO app.t VALUES (2)");
  reader.take("Query", "INSERT INTO app.t VALUES (2)");
  BOOST_CHECK(reader.deeds(true) == deeds(Kind::data, "INSERT INTO app.t"));
}

BOOST_AUTO_TEST_SUITE_END()

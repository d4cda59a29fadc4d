// What is said to etcd, and its answers as etcd 3.4.23 gave them.
#include "agent/etcd_json.h"

#include "agent/base64.h"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

namespace ha {
namespace {

using nlohmann::json;

constexpr const char* kHeader =
    R"("header":{"cluster_id":"324952591200643719","member_id":"3319814642761637952",)"
    R"("revision":"2","raft_term":"2"})";

std::string answer(const std::string& rest) {
  return std::string("{") + kHeader + rest + "}";
}

BOOST_AUTO_TEST_SUITE(etcd_json)

BOOST_AUTO_TEST_CASE(base64_there_and_back) {
  const std::pair<const char*, const char*> known[] = {
      {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}};
  for (const auto& [plain, coded] : known) {
    BOOST_TEST(base64(plain) == coded);
    BOOST_TEST(unbase64(coded).value() == plain);
  }
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  BOOST_TEST((unbase64(base64(all)) == all));
  for (const char* wrong : {"Zg=", "Zg", "Z===", "Zm9*", "===="}) {
    BOOST_TEST(!unbase64(wrong).has_value(), wrong);
  }
}

BOOST_AUTO_TEST_CASE(the_key_is_made_only_where_nobody_has_it) {
  const json txn = json::parse(etcd_put_if("/k", "v", 9'007'199'254'740'993, 0));
  const json& compare = txn.at("compare").at(0);
  BOOST_TEST(compare.at("target") == "CREATE");
  BOOST_TEST(compare.at("result") == "EQUAL");
  BOOST_TEST(compare.at("create_revision") == "0");
  BOOST_TEST(compare.at("key") == base64("/k"));
  const json& put = txn.at("success").at(0).at("request_put");
  BOOST_TEST(put.at("key") == base64("/k"));
  BOOST_TEST(put.at("value") == base64("v"));
  BOOST_TEST(put.at("lease") == "9007199254740993");  // beyond what a double can tell apart
  BOOST_TEST(txn.at("failure").at(0).at("request_range").at("key") == base64("/k"));
  const json again = json::parse(etcd_put_if("/k", "v", 1, 7));
  BOOST_TEST(again.at("compare").at(0).at("target") == "MOD");
  BOOST_TEST(again.at("compare").at(0).at("mod_revision") == "7");
}

BOOST_AUTO_TEST_CASE(a_ttl_is_asked_for_in_whole_seconds_rounded_up) {
  BOOST_TEST(etcd_grant(Millis{10'000}) == R"({"TTL":"10"})");
  BOOST_TEST(etcd_grant(Millis{2'001}) == R"({"TTL":"3"})");
}

BOOST_AUTO_TEST_CASE(numbers_come_as_strings_and_zeros_not_at_all) {
  const auto lease = parse_etcd_grant(answer(R"(,"ID":"2324035612165314822","TTL":"5")"));
  BOOST_REQUIRE(lease.has_value());
  BOOST_TEST(lease->id == 2324035612165314822);
  BOOST_TEST(lease->ttl.count() == 5000);
  BOOST_TEST(!parse_etcd_grant(answer("")).has_value());
  const auto kept = parse_etcd_keepalive(R"({"result":{"ID":"77","TTL":"10"}})"
                                         "\n");
  BOOST_TEST(kept.value().count() == 10'000);
  BOOST_TEST(parse_etcd_keepalive(R"({"result":{"ID":"77"}})").value().count() == 0);
  BOOST_TEST(parse_etcd_time_to_live(answer(R"(,"ID":"77","TTL":"-1")")).value().count() == 0);
}

BOOST_AUTO_TEST_CASE(a_key_that_nobody_has_is_an_answer) {
  BOOST_TEST(!parse_etcd_range(answer("")).value().has_value());
  const auto key = parse_etcd_range(
      answer(R"(,"kvs":[{"key":"YQ==","create_revision":"2","mod_revision":"3","version":"1",)"
             R"("value":"Yg==","lease":"2324035612165314824"}],"count":"1")"));
  BOOST_REQUIRE(key.has_value());
  BOOST_REQUIRE(key->has_value());
  BOOST_TEST((*key)->value == "b");
  BOOST_TEST((*key)->lease == 2324035612165314824);
  BOOST_TEST((*key)->mod_revision == 3);
}

BOOST_AUTO_TEST_CASE(a_transaction_says_who_has_the_key_instead) {
  BOOST_TEST(parse_etcd_put(answer(R"(,"succeeded":true,"responses":[])")).value().done);
  const auto put = parse_etcd_put(
      answer(R"(,"responses":[{"response_range":{"header":{"revision":"2"},"kvs":[{"key":"YQ==",)"
             R"("mod_revision":"2","value":"Yg==","lease":"5"}],"count":"1"}}])"));
  BOOST_REQUIRE(put.has_value());
  BOOST_TEST(!put->done);
  BOOST_TEST(put->there.value().lease == 5);
}

BOOST_AUTO_TEST_CASE(what_is_no_etcd_is_not_believed) {
  for (const char* body :
       {"", "{}", "[]", "null", "<html>", R"({"kvs":3})", R"({"header":{},"kvs":[{"value":"*"}]})",
        R"({"header":{},"kvs":[{"lease":"x"}]})"}) {
    BOOST_TEST(!parse_etcd_range(body).has_value(), body);
    BOOST_TEST(!parse_etcd_put(body).has_value(), body);
    BOOST_TEST(!parse_etcd_grant(body).has_value(), body);
    BOOST_TEST(!parse_etcd_keepalive(body).has_value(), body);
    BOOST_TEST(!parse_etcd_token(body).has_value(), body);
  }
}

BOOST_AUTO_TEST_CASE(errors_are_of_three_kinds) {
  const auto kind = [](int status, const char* body) { return etcd_error(status, body).kind; };
  const auto is = [&](int status, const char* body, ErrorKind wanted) {
    BOOST_TEST((kind(status, body) == wanted), body);
  };
  is(503, R"({"error":"etcdserver: no leader","message":"etcdserver: no leader","code":14})",
     ErrorKind::unreachable);
  is(504, R"({"error":"context deadline exceeded","code":4})", ErrorKind::unreachable);
  is(502, "Bad Gateway", ErrorKind::unreachable);
  is(400, R"({"error":"etcdserver: user name is empty","code":3})", ErrorKind::config);
  is(401, R"({"error":"etcdserver: invalid auth token","code":16})", ErrorKind::config);
  is(403, R"({"error":"etcdserver: permission denied","code":7})", ErrorKind::config);
  is(412, R"({"error":"etcdserver: authentication is not enabled","code":9})", ErrorKind::config);
  is(404, R"({"error":"etcdserver: requested lease not found","code":5})", ErrorKind::answered);
  is(404, "Not Found", ErrorKind::answered);
  BOOST_TEST(etcd_error(404, R"({"error":"requested lease not found","code":5})").code ==
             kEtcdNotFound);
  BOOST_TEST(etcd_error(404, "Not Found").message == "HTTP status 404");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha

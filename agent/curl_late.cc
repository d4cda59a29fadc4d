// libcurl, loaded by the first call. It brings 33 libraries with it, and loading them is 4 of the 7
// ms that a program linked with it needs to start. A check of http:// back ends never needs it, a
// hook needs it after the roles are true. So the program is not linked with libcurl; these are the
// functions that it uses, with libcurl's own names, types and contracts. Threads: as libcurl. When
// it cannot be loaded, curl_easy_init() gives nullptr and the others an error.
#include <curl/curl.h>

#include <cstdarg>

#include "agent/late_library.h"

// libcurl's header makes macros of the variadic ones.
#undef curl_easy_setopt
#undef curl_easy_getinfo
// libcurl's own signatures have an enum before the dots.
#pragma GCC diagnostic ignored "-Wvarargs"

// The one soname since 2006.
#define HA_LATE(name) \
  static auto* const late = ha::late_function<decltype(name)>("libcurl.so.4", #name)

CURLcode curl_global_init(long flags) {
  HA_LATE(curl_global_init);
  return late == nullptr ? CURLE_FAILED_INIT : late(flags);
}

CURL* curl_easy_init() {
  HA_LATE(curl_easy_init);
  return late == nullptr ? nullptr : late();
}

void curl_easy_cleanup(CURL* curl) {
  HA_LATE(curl_easy_cleanup);
  if (late != nullptr) late(curl);
}

CURLcode curl_easy_perform(CURL* curl) {
  HA_LATE(curl_easy_perform);
  return late == nullptr ? CURLE_FAILED_INIT : late(curl);
}

// The option's number says which type its value has (curl.h, CURLOPTTYPE_*).
CURLcode curl_easy_setopt(CURL* curl, CURLoption option, ...) {
  HA_LATE(curl_easy_setopt);
  if (late == nullptr) return CURLE_FAILED_INIT;
  va_list words;
  va_start(words, option);
  CURLcode code = CURLE_OK;
  // NOLINTNEXTLINE(bugprone-branch-clone): curl_off_t is long on some machines only
  if (option < CURLOPTTYPE_OBJECTPOINT) {
    code = late(curl, option, va_arg(words, long));
  } else if (option >= CURLOPTTYPE_OFF_T && option < CURLOPTTYPE_BLOB) {
    code = late(curl, option, va_arg(words, curl_off_t));
  } else {
    code = late(curl, option, va_arg(words, void*));
  }
  va_end(words);
  return code;
}

// Every kind of information is stored through a pointer.
CURLcode curl_easy_getinfo(CURL* curl, CURLINFO info, ...) {
  HA_LATE(curl_easy_getinfo);
  if (late == nullptr) return CURLE_FAILED_INIT;
  va_list words;
  va_start(words, info);
  const CURLcode code = late(curl, info, va_arg(words, void*));
  va_end(words);
  return code;
}

const char* curl_easy_strerror(CURLcode code) {
  HA_LATE(curl_easy_strerror);
  return late == nullptr ? "libcurl.so.4 cannot be loaded" : late(code);
}

curl_slist* curl_slist_append(curl_slist* list, const char* text) {
  HA_LATE(curl_slist_append);
  return late == nullptr ? nullptr : late(list, text);
}

void curl_slist_free_all(curl_slist* list) {
  HA_LATE(curl_slist_free_all);
  if (late != nullptr) late(list);
}

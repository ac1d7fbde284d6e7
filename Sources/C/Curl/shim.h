#include <curl/curl.h>

// Swift cannot call `curl_easy_setopt(...)`: here is one function for each kind of value.

typedef size_t (*curl_transfer)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode curl_set_long(CURL *handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode curl_set_offset(CURL *handle, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode curl_set_string(CURL *handle, CURLoption option, const char *value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode curl_set_pointer(CURL *handle, CURLoption option, void *value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode curl_set_transfer(CURL *handle, CURLoption option, curl_transfer value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode curl_get_long(CURL *handle, CURLINFO info, long *value) {
  return curl_easy_getinfo(handle, info, value);
}

typedef curl_socket_t (*curl_opening)(void *context, curlsocktype purpose, struct curl_sockaddr *address);

static inline CURLcode curl_set_opening(CURL *handle, curl_opening value) {
  return curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, value);
}

typedef int (*curl_watching)(void *context, curl_off_t, curl_off_t, curl_off_t, curl_off_t);

static inline CURLcode curl_set_watching(CURL *handle, curl_watching value) {
  return curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, value);
}

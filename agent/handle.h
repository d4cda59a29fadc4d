// A C library's object that frees itself: std::unique_ptr with the library's own function, no
// bigger than the pointer. `std::unique_ptr<CURL, Free<curl_easy_cleanup>>`.
#pragma once
#include <memory>

namespace ha {

template <auto Function>
struct Free {
  template <class T>
  void operator()(T* object) const {
    Function(object);
  }
};

template <class T, auto Function>
using Handle = std::unique_ptr<T, Free<Function>>;

}  // namespace ha

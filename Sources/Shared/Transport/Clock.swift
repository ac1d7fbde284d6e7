import Glibc

/// The time since the machine was started.
enum Clock {
  /// Seconds; never goes back (`clock_gettime`, `CLOCK_MONOTONIC`).
  static var seconds: Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}

import Glibc

/// What this process has used of the processors: on a machine that others use too, less uncertain than the time of day.
enum CPUTime {
  static var seconds: Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

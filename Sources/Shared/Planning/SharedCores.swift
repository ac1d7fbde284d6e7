/// The cores of one machine, which all threads that can run share evenly: a plain value, told of the time.
///
/// Each thread has a core to itself while there are as many, and its even share of them otherwise. `progress` is how far a
/// thread has come that could run since the beginning; a job is done when that has grown by its seconds.
struct SharedCores {
  struct Job: Comparable {
    let end: Double
    let threads: Double
    let number: Int

    static func < (a: Job, b: Job) -> Bool { (a.end, a.number) < (b.end, b.number) }
  }

  let cores: Double
  private var jobs = Heap<Job>()
  private var threads = 0.0
  private var progress = 0.0
  private var now = 0.0
  /// Seconds of all cores together in which they did something, up to the time that was told last.
  private(set) var busySeconds = 0.0

  init(cores: Int) { self.cores = Double(cores) }

  /// What each thread gets of a core.
  private var speed: Double { threads > cores ? cores / threads : 1 }

  mutating func advance(to time: Double) {
    let seconds = time - now
    progress += speed * seconds
    busySeconds += min(threads, cores) * seconds
    now = time
  }

  /// Begins a job at the time that was told last.
  ///
  /// - Parameters:
  ///   - seconds: What it takes each of its threads where they have a core each.
  ///   - number: By which it is known.
  mutating func begin(_ number: Int, seconds: Double, threads: Double) {
    jobs.insert(Job(end: progress + seconds, threads: threads, number: number))
    self.threads += threads
  }

  /// When the next job will be done, if none is begun before.
  var nextEnd: Double? { jobs.first.map { now + max(0, $0.end - progress) / speed } }

  /// Ends the job that is done next, at the time that was told last; returns its number.
  mutating func endNext() -> Int {
    let job = jobs.removeFirst()
    progress = max(progress, job.end)  // where it falls short by a rounding
    threads = jobs.isEmpty ? 0 : threads - job.threads
    return job.number
  }
}

import Captions

/// Which recordings wait, which are heard, and what came of others: a plain value.
struct CaptionQueue: Sendable {
  /// What is over and was asked for so long ago is forgotten.
  private static let mostOver = 200
  /// Recordings that one host is asked for at once: a slow one keeps those of others not waiting.
  static let mostOfHost = 4

  private let mostWaiting: Int
  /// Recordings that are being sent.
  private var arriving = 0
  private var jobs: [String: CaptionJob] = [:]
  /// By when they came.
  private var order: [String] = []

  /// - Parameter mostWaiting: As many may wait, or be on their way here.
  init(mostWaiting: Int) { self.mostWaiting = mostWaiting }

  /// Those that are on the disk, or will be, and that nobody is at: what is fetched waits to be heard.
  var waiting: Int { arriving + jobs.values.count { !$0.isBusy && !$0.state.isOver } }

  /// Keeps a place for what is about to be sent.
  ///
  /// - Returns: Whether there is one.
  mutating func keepPlace() -> Bool {
    guard waiting < mostWaiting else { return false }
    arriving += 1
    return true
  }

  /// Gives up a place that was kept.
  mutating func giveUpPlace() { arriving -= 1 }

  /// Takes a recording for which a place was kept.
  mutating func add(_ job: CaptionJob) {
    arriving -= 1
    jobs[job.id] = job
    order.append(job.id)
    let over = order.filter { jobs[$0]?.state.isOver ?? true }
    for id in over.dropLast(Self.mostOver) { jobs[id] = nil }
    order.removeAll { jobs[$0] == nil }
  }

  subscript(id: String) -> CaptionJob? { jobs[id] }

  /// The newest one of a source, unless that came to nothing.
  func known(_ source: CaptionJob.Source) -> CaptionJob? {
    let known = order.last { jobs[$0]?.source == source }.flatMap { jobs[$0] }
    return known.flatMap { $0.state == .failed || $0.state == .cancelled ? nil : $0 }
  }

  /// Those that are not over, by when they came.
  var unfinished: [CaptionJob] { order.compactMap { jobs[$0] }.filter { !$0.state.isOver } }

  /// The oldest one of which this is to be done, and which nobody is at; from now on somebody is.
  mutating func next(_ stage: CaptionJob.Stage) -> CaptionJob? {
    let fetched = jobs.values.filter { $0.stage == .fetching && $0.isBusy }.compactMap(\.source.host)
    let isNext = { (job: CaptionJob) in
      job.stage == stage && !job.isBusy && !job.state.isOver
        && (stage == .hearing || fetched.count { $0 == job.source.host } < Self.mostOfHost)
    }
    guard let id = order.first(where: { jobs[$0].map(isNext) ?? false }) else { return nil }
    jobs[id]?.state = .running
    jobs[id]?.isBusy = true
    return jobs[id]
  }

  /// Takes down that a recording is here, and can be heard.
  mutating func fetched(_ id: String, _ file: String) {
    change(id) { ($0.file, $0.stage, $0.isBusy) = (file, .hearing, false) }
  }

  /// Takes down what was heard since the last time.
  ///
  /// - Parameter seconds: Of the whole, as far as is known.
  mutating func heard(_ id: String, _ captions: [SoundEvent], progress: Double, seconds: Double?) {
    change(id) { job in
      job.captions += captions
      job.progress = max(job.progress, min(max(progress, 0), 1))
      job.seconds = seconds
    }
  }

  mutating func finish(_ id: String, _ sound: HeardSound) {
    change(id) { job in
      (job.state, job.progress, job.captions) = (.done, 1, sound.captions)
      (job.seconds, job.note, job.picture) = (sound.seconds, sound.note, sound.picture)
    }
  }

  mutating func fail(_ id: String, _ reason: String) {
    change(id) { ($0.state, $0.failure) = (.failed, reason) }
  }

  mutating func cancel(_ id: String) {
    change(id) { $0.state = .cancelled }
  }

  /// What is over is over.
  private mutating func change(_ id: String, _ change: (inout CaptionJob) -> Void) {
    guard var job = jobs[id], !job.state.isOver else { return }
    change(&job)
    if job.state.isOver { (job.file, job.isBusy) = (nil, false) }
    jobs[id] = job
  }
}

import Audio
import Captions
import Dispatch
import Foundation
import HTTP
import Media
import Synchronization
import Tensors

/// Where recordings are handed in, and their captions handed out: its threads fetch them and hear them, and whoever asks
/// never waits for that.
final class CaptionDesk: Sendable {
  private struct State {
    var queue: CaptionQueue
    var sounds = HeardSounds()
    var watchers: [String: [UUID: AsyncStream<ServerSentEvent>.Continuation]] = [:]
    var isClosed = false
  }

  /// Recordings that are fetched at once.
  private static let fetchers = 2 * CaptionQueue.mostOfHost
  /// A watcher that leaves more than this of what is new waiting is let go.
  private static let mostUnheard = 1_000

  let model: CaptionModel
  private let fetcher: MediaFetcher
  /// A recording is heard up to here.
  private let longestSeconds: Double
  private let pool: ThreadPool
  private let state: Mutex<State>
  /// Counts what is to be fetched and to be heard; too much does not matter.
  private let toFetch = DispatchSemaphore(value: 0)
  private let toHear = DispatchSemaphore(value: 0)
  private let threads = DispatchGroup()

  init(_ model: CaptionModel, _ fetcher: MediaFetcher, mostWaiting: Int, longestSeconds: Double, _ pool: ThreadPool) {
    self.model = model
    self.fetcher = fetcher
    self.longestSeconds = longestSeconds
    self.pool = pool
    state = Mutex(State(queue: CaptionQueue(mostWaiting: mostWaiting)))
  }

  /// Begins to work.
  func open() {
    for _ in 0..<Self.fetchers { start(.fetching, toFetch) { $0.fetch($1) } }
    start(.hearing, toHear) { desk, job in
      ThreadPool.$current.withValue(desk.pool) { desk.hear(job) }
    }
  }

  /// Cancels all, and waits until nobody works any more.
  func close() {
    let unfinished = state.withLock { state in
      state.isClosed = true
      return state.queue.unfinished
    }
    for job in unfinished { cancel(job.id) }
    for _ in 0..<Self.fetchers { toFetch.signal() }
    toHear.signal()
    threads.wait()
  }

  private func start(
    _ stage: CaptionJob.Stage, _ work: DispatchSemaphore, _ body: @escaping @Sendable (CaptionDesk, CaptionJob) -> Void
  ) {
    threads.enter()
    Thread.detachNewThread { [self] in
      defer { threads.leave() }
      while !state.withLock({ $0.isClosed }) {
        work.wait()
        guard let job = state.withLock({ $0.queue.next(stage) }) else { continue }
        update(job.id)
        body(self, job)
      }
    }
  }

  // MARK: What is asked from outside

  func keepPlace() -> Bool { state.withLock { !$0.isClosed && $0.queue.keepPlace() } }

  func giveUpPlace() { state.withLock { $0.queue.giveUpPlace() } }

  /// Takes a recording for which a place was kept.
  func add(_ job: CaptionJob) {
    state.withLock { $0.queue.add(job) }
    (job.stage == .fetching ? toFetch : toHear).signal()
  }

  func job(_ id: String) -> CaptionJob? { state.withLock { $0.queue[id] } }

  func known(_ source: CaptionJob.Source) -> CaptionJob? { state.withLock { $0.queue.known(source) } }

  func cancel(_ id: String) {
    var idle: CaptionJob?
    update(id) { queue in
      idle = queue[id].flatMap { $0.isBusy ? nil : $0 }
      queue.cancel(id)
    }
    idle?.folder.remove()  // who is at it may write there still, and removes it afterwards
  }

  /// What is told of a recording from now on, and first what is known of it: `progress` and `caption`, and at last `done` or
  /// `failed`.
  func events(of id: String) -> AsyncStream<ServerSentEvent> {
    let known = job(id)?.captions.count ?? 0
    let (stream, continuation) = AsyncStream.makeStream(
      of: ServerSentEvent.self, bufferingPolicy: .bufferingOldest(known + Self.mostUnheard))
    let watcher = UUID()
    let isOver = state.withLock { state in
      guard let job = state.queue[id] else { return true }
      continuation.yield(progress(of: job))
      for caption in job.captions.inOrder { continuation.yield(event(of: caption)) }
      if job.state.isOver {
        continuation.yield(end(of: job))
      } else {
        state.watchers[id, default: [:]][watcher] = continuation
      }
      return job.state.isOver
    }
    if isOver {
      continuation.finish()
    } else {  // its end is told at once, and takes the lock
      continuation.onTermination = { [weak self] _ in self?.forget(watcher, of: id) }
    }
    return stream
  }

  private func forget(_ watcher: UUID, of id: String) {
    state.withLock { state in
      state.watchers[id]?[watcher] = nil
      if state.watchers[id]?.isEmpty ?? false { state.watchers[id] = nil }
    }
  }

  /// Tells those who wait that nothing has changed: only so is it found out who has gone.
  func tellAll() {
    for job in state.withLock({ $0.queue.unfinished }) { update(job.id) }
  }

  // MARK: Telling

  /// Changes what is known of a recording, and tells its watchers how it is; where it is over, lets them go.
  ///
  /// - Parameter captions: Those that are new.
  private func update(_ id: String, _ captions: [SoundEvent] = [], _ change: (inout CaptionQueue) -> Void = { _ in }) {
    let gone = state.withLock { state -> [AsyncStream<ServerSentEvent>.Continuation] in
      change(&state.queue)
      guard let job = state.queue[id], let watchers = state.watchers[id] else { return [] }
      var news = captions.map(event) + [progress(of: job)]
      if job.state.isOver { news.append(end(of: job)) }
      let unheard = watchers.filter { watcher in
        news.contains { if case .enqueued = watcher.value.yield($0) { false } else { true } }
      }
      let gone = job.state.isOver ? watchers : unheard
      for watcher in gone.keys { state.watchers[id]?[watcher] = nil }
      if job.state.isOver { state.watchers[id] = nil }
      return Array(gone.values)
    }
    for watcher in gone { watcher.finish() }  // without the lock, which their ends take
  }

  private func progress(of job: CaptionJob) -> ServerSentEvent {
    ServerSentEvent("progress", data: JobText(job: job, names: model.names, hasCaptions: false).line)
  }

  private func event(of caption: SoundEvent) -> ServerSentEvent {
    ServerSentEvent("caption", data: CaptionText(caption, model.names).line)
  }

  private func end(of job: CaptionJob) -> ServerSentEvent {
    ServerSentEvent(
      job.state == .done ? "done" : "failed", data: JobText(job: job, names: model.names, hasCaptions: false).line)
  }

  // MARK: Working

  private func isWanted(_ id: String) -> Bool { state.withLock { $0.queue[id].map { !$0.state.isOver } ?? false } }

  private func fetch(_ job: CaptionJob) {
    defer { toFetch.signal() }  // one that waited for the same host may be next
    do {
      let isWanted: @Sendable () -> Bool = { [weak self] in self?.isWanted(job.id) ?? false }
      let file =
        switch job.source {
        case .file: preconditionFailure("what was sent is here")
        case .address(let address): try fetcher.fetch(address, into: job.folder.path, isWanted: isWanted)
        case .page(let address): try Site().fetch(address, into: job.folder.path, isWanted: isWanted)
        }
      update(job.id) { $0.fetched(job.id, file) }
      if !isWanted() { job.folder.remove() }
      toHear.signal()
    } catch {
      end(job) { $0.fail(job.id, "\(error)") }
    }
  }

  private func hear(_ job: CaptionJob) {
    do {
      guard let file = job.file else { preconditionFailure("what is to be heard is here") }
      // What is none is told at once, and not after all of it was read.
      let media = try MediaSound(path: file, sampleRate: model.frontEnd.sampleRate, workingIn: job.folder.path)
      let digest = try ContentDigest(ofFile: file) { try checkWanted(job) }
      let known = state.withLock { $0.sounds.find(digest) }
      let sound = try known ?? hear(media, of: job)
      state.withLock { $0.sounds.keep(sound, of: digest) }
      end(job, known?.captions ?? []) { $0.finish(job.id, sound) }
    } catch let error as CocoaError {
      end(job) { $0.fail(job.id, "the recording cannot be read: \(error.localizedDescription)") }
    } catch {
      end(job) { $0.fail(job.id, "\(error)") }
    }
  }

  /// Ends the work at a recording, of which nothing stays but its captions.
  private func end(_ job: CaptionJob, _ captions: [SoundEvent] = [], _ change: (inout CaptionQueue) -> Void) {
    job.folder.remove()
    update(job.id, captions, change)
  }

  private func checkWanted(_ job: CaptionJob) throws(MediaError) {
    guard isWanted(job.id) else { throw MediaError(.unwanted, "nobody wants it any more") }
  }

  private func hear(_ sound: MediaSound, of job: CaptionJob) throws -> HeardSound {
    var hearing = RecordingHearing(model, seconds: sound.seconds, longestSeconds: longestSeconds)
    var block: [Float] = []
    while try !hearing.isFull && sound.read(into: &block) {
      try checkWanted(job)
      guard let captions = try hearing.add(block) else { continue }
      update(job.id, captions) {
        $0.heard(job.id, captions, progress: hearing.progress, seconds: hearing.expectedSeconds)
      }
    }
    let (last, heard) = try hearing.finish(damage: sound.damage)
    update(job.id, last) { $0.heard(job.id, last, progress: 1, seconds: heard.seconds) }
    return heard
  }
}

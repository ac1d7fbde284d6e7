import Captions
import Media
import Testing

@testable import Antiphon

@Suite struct `The queue of recordings` {
  private func sent() throws -> CaptionJob { CaptionJob(.file, in: try ScratchFolder(), file: "media") }

  private func linked(to host: String = "example.org") throws -> CaptionJob {
    CaptionJob(.address(try WebAddress(parsing: "https://\(host)/film.mp4")), in: try ScratchFolder())
  }

  private let sound = HeardSound(
    captions: [SoundEvent(label: 0, begin: 1, end: 2, score: 0.9)], seconds: 3, note: nil,
    picture: .init(
      bands: 1, bandColumns: 0, bandColumnSeconds: 1, spectrogram: [], scoreBeginSeconds: 0, scoreColumnSeconds: 1,
      labels: []))

  @Test func `has as many places as it is given, for what waits and for what is on its way`() throws {
    var queue = CaptionQueue(mostWaiting: 2)
    let first = try sent()
    var places = [queue.keepPlace(), queue.keepPlace(), queue.keepPlace()]
    #expect(places == [true, true, false])
    queue.add(first)
    places = [queue.keepPlace()]
    #expect(places == [false], "one waits, one is on its way")
    queue.giveUpPlace()
    let next = queue.next(.hearing)
    #expect(next?.id == first.id)
    places = [queue.keepPlace(), queue.keepPlace(), queue.keepPlace()]
    #expect(places == [true, true, false], "what runs does not wait")
  }

  @Test func `counts what was fetched and waits to be heard`() throws {
    var queue = CaptionQueue(mostWaiting: 1)
    let job = try linked()
    var places = [queue.keepPlace()]
    queue.add(job)
    _ = queue.next(.fetching)
    places += [queue.keepPlace()]
    queue.giveUpPlace()
    queue.fetched(job.id, "media")
    places += [queue.keepPlace()]
    _ = queue.next(.hearing)
    places += [queue.keepPlace()]
    #expect(places == [true, true, false, true])
  }

  @Test func `has what came first heard first, once, and fetched before where it has to be`() throws {
    var queue = CaptionQueue(mostWaiting: 9)
    let jobs = [try linked(), try sent(), try sent()]
    for job in jobs {
      _ = queue.keepPlace()
      queue.add(job)
    }
    var next = [queue.next(.hearing), queue.next(.fetching), queue.next(.fetching)]
    #expect(next.map { $0?.id } == [jobs[1].id, jobs[0].id, nil])
    queue.fetched(jobs[0].id, "fetched")
    #expect(queue[jobs[0].id]?.state == .running)
    next = [queue.next(.hearing), queue.next(.hearing), queue.next(.hearing)]
    #expect(next.map { $0?.id } == [jobs[0].id, jobs[2].id, nil], "what was fetched came before the third")
    #expect(next[0]?.file == "fetched")
  }

  @Test func `has a slow host keep others not waiting`() throws {
    var queue = CaptionQueue(mostWaiting: 9)
    let slow = try (0...CaptionQueue.mostOfHost).map { _ in try linked() }
    let other = try linked(to: "example.com")
    for job in slow + [other] {
      _ = queue.keepPlace()
      queue.add(job)
    }
    let first = (0..<CaptionQueue.mostOfHost).map { _ in queue.next(.fetching)?.id }
    #expect(first == slow.dropLast().map(\.id))
    let next = [queue.next(.fetching), queue.next(.fetching)]
    #expect(next.map { $0?.id } == [other.id, nil])
    queue.fetched(slow[0].id, "fetched")
    let last = queue.next(.fetching)
    #expect(last?.id == slow.last?.id)
  }

  @Test func `changes nothing about what is over`() throws {
    var queue = CaptionQueue(mostWaiting: 9)
    let jobs = [try sent(), try sent(), try sent()]
    for job in jobs {
      _ = queue.keepPlace()
      queue.add(job)
    }
    queue.cancel(jobs[0].id)
    queue.finish(jobs[1].id, sound)
    queue.fail(jobs[2].id, "no sound")
    for job in jobs {
      queue.finish(job.id, sound)
      queue.fail(job.id, "too late")
      queue.cancel(job.id)
      queue.heard(job.id, sound.captions, progress: 0.5, seconds: 1)
    }
    #expect(jobs.map { queue[$0.id]?.state } == [.cancelled, .done, .failed])
    #expect(queue[jobs[1].id]?.captions == sound.captions && queue[jobs[1].id]?.progress == 1)
    #expect(queue[jobs[2].id]?.failure == "no sound" && queue[jobs[2].id]?.captions.isEmpty == true)
    let next = queue.next(.hearing)
    #expect(next?.id == nil && queue.waiting == 0)
  }

  @Test func `forgets what was over long ago, and nothing that is not over`() throws {
    var queue = CaptionQueue(mostWaiting: 1000)
    let waiting = try sent()
    _ = queue.keepPlace()
    queue.add(waiting)
    var ids: [String] = []
    for _ in 0..<300 {
      let job = try sent()
      _ = queue.keepPlace()
      queue.add(job)
      queue.fail(job.id, "over")
      ids.append(job.id)
    }
    #expect(queue[waiting.id] != nil && queue[ids[0]] == nil && queue[ids[299]] != nil)
    #expect(Set(ids).count == 300 && ids.allSatisfy { $0.count == 32 })
  }

  @Test func `knows the last recordings by their content`() {
    var sounds = HeardSounds(most: 2)
    let digests = ["a", "b", "c"].map { ContentDigest(of: Array($0.utf8)) }
    for digest in digests[..<2] { sounds.keep(sound, of: digest) }
    let found = sounds.find(digests[0])
    #expect(found?.seconds == 3)
    sounds.keep(sound, of: digests[2])
    let isKnown = digests.map { sounds.find($0) != nil }
    #expect(isKnown == [true, false, true], "the second was not asked for")
  }

  /// Of FIPS 180-4's examples, and of lengths around a block's.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (String(repeating: "a", count: 1_000), "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3"),
  ])
  func `tells content by its SHA-256`(_ text: String, _ digest: String) throws {
    #expect(ContentDigest(of: Array(text.utf8)).bytes.map(\.hexadecimal).joined() == digest)
    let folder = try ScratchFolder()
    try text.write(toFile: "\(folder.path)/text", atomically: false, encoding: .utf8)
    #expect(try ContentDigest(ofFile: "\(folder.path)/text", check: {}) == ContentDigest(of: Array(text.utf8)))
  }
}

import Audio
import Foundation
import Tensors
import Testing

/// `antiphon caption`, with a network that was trained a moment ago.
@Suite struct `Captions of a recording` {
  /// So many seconds of a tone with a little noise, as `SmallDataset` has them: of others a network may say anything.
  private func tone(_ hertz: Double, seconds: Int) -> [Float] {
    var generator = SeededGenerator(seed: 1)
    return (0..<seconds * 16_000).map { sample in
      0.3 * Float(sin(2 * .pi * hertz * Double(sample) / 16_000)) + Float.random(in: -0.002...0.002, using: &generator)
    }
  }

  private func trained(in scratch: Scratch, low: String = "low", _ more: String...) async throws -> TrainedRun {
    let run = TrainedRun("heard", of: try await SmallDataset.prepare(in: scratch, low: low), in: scratch)
    let training = try await run.start(steps: 300, ["--workers", "1"] + more).end(within: 120)  // the same each time
    try #require(training.code == 0, "\(training.errors)")
    return run
  }

  @Test func `are measured against the times of scenes`() async throws {
    let scratch = try Scratch()
    let run = try await trained(in: scratch, low: "Music")
    let scenes = scratch.path("scenes")
    try FileManager.default.createDirectory(atPath: "\(scenes)/evaluation", withIntermediateDirectories: true)
    try writeSound(tone(220, seconds: 6) + tone(3200, seconds: 6), to: "\(scenes)/evaluation/0.wav")
    try writeSound(
      tone(220, seconds: 4) + tone(3200, seconds: 3) + tone(220, seconds: 4), to: "\(scenes)/evaluation/1.wav")
    func scores(_ rows: [String]) async throws -> [String: Any] {
      let text = (["path,label,begin_seconds,end_seconds"] + rows).joined(separator: "\n")
      try Data("\(text)\n".utf8).write(to: URL(filePath: "\(scenes)/events.csv"))
      let ending = try await Programs.antiphon("evaluate", run.folder, "--scenes", scenes, "--json", in: scratch)
      try #require(ending.code == 0, "\(ending.errors)")
      return try #require(JSONSerialization.jsonObject(with: Data(ending.output.utf8)) as? [String: Any])
    }
    let right = try await scores(["evaluation/0.wav,Music,0,6", "evaluation/0.wav,high,6,12"])
    #expect(right["intersection_f1"] as? Double == 1 && right["scenes"] as? Int == 1, "\(right)")
    #expect(right["unknown_sounds"] as? Int == 0)
    let wrong = try await scores([
      "evaluation/0.wav,high,0,6", "evaluation/0.wav,Music,6,12", "evaluation/0.wav,Bell,0,6",
    ])
    #expect(wrong["intersection_f1"] as? Double == 0 && wrong["onset_f1"] as? Double == 0, "\(wrong)")
    #expect(wrong["unknown_sounds"] as? Int == 1, "\(wrong)")
    let background = try await scores(["evaluation/1.wav,Music,0,11"])
    #expect(background["onset_f1"] as? Double == 1, "music is named once, as 'caption' does: \(background)")
    let odd = scratch.path("odd")
    try FileManager.default.createDirectory(atPath: odd, withIntermediateDirectories: true)
    try Data("path,label,begin_seconds,end_seconds\na.wav,low,2,1\n".utf8).write(to: URL(filePath: "\(odd)/events.csv"))
    let refused = try await Programs.antiphon("evaluate", run.folder, "--scenes", odd, in: scratch)
    #expect(refused.code == 78 && refused.errors.contains("found 'a.wav,low,2,1'"), "\(refused.errors)")
  }

  private func captions(
    _ sound: String, _ run: TrainedRun, _ flags: [String] = [], in scratch: Scratch
  ) async throws -> CaptionFile {
    let ending = try await Programs.start(
      "antiphon", ["caption", sound, "--model", run.folder, "--format", "json"] + flags, in: scratch
    ).end(within: 60)
    try #require(ending.code == 0, "\(ending.errors)")
    return try JSONDecoder().decode(CaptionFile.self, from: Data(ending.output.utf8))
  }

  @Test func `name once what goes on in the background, and its kinds`() async throws {
    let scratch = try Scratch()
    let run = try await trained(in: scratch)
    let sound = scratch.path("sound.wav")
    try writeSound(tone(220, seconds: 4) + tone(3200, seconds: 3) + tone(220, seconds: 4), to: sound)
    let ontology = try scratch.write(
      #"[{"id":"1","name":"noise","child_ids":["2"]},{"id":"2","name":"low","child_ids":[]}]"#, to: "ontology.json")
    for (flags, count) in [
      (["--background", "noise"], 2), (["--background", "low"], 1),
      (["--background", "noise", "--ontology", ontology], 1),
    ] {
      let heard = try await captions(sound, run, flags, in: scratch).captions
      #expect(heard.filter { $0.label == "low" }.count == count, "\(flags): \(heard)")
    }
  }

  @Test func `name what sounds when it sounds`() async throws {
    let scratch = try Scratch()
    let run = try await trained(in: scratch)
    let sound = scratch.path("sound.wav")
    try writeSound(tone(220, seconds: 6) + tone(3200, seconds: 6), to: sound)

    let events = try await captions(sound, run, in: scratch).captions
    for (label, begin, end) in [("low", 0.0, 6.0), ("high", 6.0, 12.0)] {
      let longest = events.filter { $0.label == label }.max { $0.end - $0.begin < $1.end - $1.begin }
      let found = try #require(longest, "\(events)")
      // Windows of 0.975 s that lie half in another sound may be named by either.
      #expect(abs(found.begin - begin) < 0.75 && abs(found.end - end) < 0.75, "\(events)")
    }
    #expect(FileManager.default.fileExists(atPath: "\(run.folder)/thresholds"), "they are chosen once")

    let longer = try await captions(sound, run, ["--minimum-duration", "7"], in: scratch)
    #expect(longer.captions.isEmpty && longer.seconds == 12, "none of six seconds is left: \(longer)")
    let text = try await Programs.antiphon(
      "caption", sound, "--model", run.folder, "--background", "low; high", in: scratch)
    #expect(text.code == 0 && text.output.hasPrefix("WEBVTT\n") && text.output.contains("[low]"), "\(text.errors)")
    #expect(text.errors.contains("times as fast as it plays") && !text.errors.contains("thresholds"))

    let program = Programs.folder.appending(path: "antiphon").path
    let unwritten = try await Programs.start(
      URL(filePath: "/bin/sh"), ["-c", "'\(program)' caption '\(sound)' --model '\(run.folder)' > /dev/full"],
      in: scratch
    ).end(within: 60)
    #expect(unwritten.code == 75 && unwritten.errors.contains("cannot write the result"), "\(unwritten.errors)")

    let silence = scratch.path("silence.wav")
    try writeSound(Array(repeating: 0, count: 5 * 16_000), to: silence)
    let none = try await captions(silence, run, ["--threshold", "0.01"], in: scratch)
    #expect(none.captions.isEmpty, "\(none)")

    // What is not heard by any of the windows that follow one another.
    let late = scratch.path("late.wav")
    try writeSound(Array(repeating: 0, count: 92_400) + tone(3200, seconds: 1)[..<7_600], to: late)
    let last = try await captions(late, run, ["--threshold", "0.05"], in: scratch).captions
    #expect(last.contains { $0.begin > 5 && $0.end == 6.25 } && last.allSatisfy { $0.end <= 6.25 }, "\(last)")

    let words = try scratch.write("these are words", to: "words.wav")
    for (arguments, code, words) in [
      ([scratch.path("none.wav"), "--model", run.folder], Int32(78), "none.wav"),
      ([words, "--model", run.folder], 78, "words.wav: expected "),
      ([sound, "--model", run.folder, "--minimum-duration", "4000"], 64, "--minimum-duration must be in 0...3600"),
      (["http://localhost/sound.wav", "--model", run.folder], 78, "expected a host of the public Internet"),
      (["http://no-such-host.invalid/", "--model", run.folder], 75, "expected a host that can be found"),
      (["http://127.0.0.1:1/", "--model", run.folder, "--allow-host", "127.0.0.1"], 75, "127.0.0.1"),
      ([sound, "--model", scratch.path("none")], 78, "expected the folder of a run"),
      ([sound, "--model", run.folder, "--format", "ass"], 64, "expected vtt, srt or json"),
      ([sound, "--model", run.folder, "--ontology", sound], 78, "\(sound): expected AudioSet's ontology"),
      ([sound, "--model", run.folder, "--background", "low;Bell"], 78, "expected labels of the network, found 'Bell'"),
    ] {
      let wrong = try await Programs.start("antiphon", ["caption"] + arguments, in: scratch).end(within: 30)
      #expect(wrong.code == code && wrong.errors.contains(words) && wrong.output.isEmpty, "\(wrong.errors)")
    }
  }
}

import Datasets
import Foundation
import Testing

@Suite struct `A plain CSV of labels` {
  private func list(_ csv: String, files: [String], vocabulary: Vocabulary? = nil) throws -> SoundList {
    try withTemporaryFolder { folder in
      for file in files { try write("sound", to: "\(folder)/sounds/\(file)") }
      try write(csv, to: "\(folder)/labels.csv")
      return try SoundList(folder: "\(folder)/sounds", labels: ["\(folder)/labels.csv"], vocabulary: vocabulary)
    }
  }

  private func error(_ csv: String, vocabulary: Vocabulary? = nil) -> String {
    let text = message { _ = try list(csv, files: ["a.wav", "b/c.wav"], vocabulary: vocabulary) }
    #expect(!text.contains("\n"))
    return String(text.drop { $0 != "," }.dropFirst(2))  // without the folder's name
  }

  @Test(arguments: ["", "path,labels\n", "\u{FEFF}Path,labels\r\n", "# a comment\n\nfile,label\n"])
  func `is read with and without a header`(header: String) throws {
    let list = try list(
      header + "a.wav,dog;bark\r\nb/c.wav, \"rain, steady\" \n", files: ["a.wav", "b/c.wav", "unlisted.wav"])
    #expect(list.vocabulary.labels.map(\.name) == ["bark", "dog", "rain, steady"])
    #expect(list.sounds.map(\.name) == ["a.wav", "b/c.wav"])
    #expect(list.sounds.map(\.labels) == [[0, 1], [2]])
    #expect(list.sounds.map(\.bytes) == [5, 5])
    #expect(list.skipped.isEmpty)
  }

  @Test func `may say to which part a sound belongs`() throws {
    let list = try list("path,labels,split\na.wav,dog,evaluation\nb/c.wav,dog,\n", files: ["a.wav", "b/c.wav"])
    #expect(list.sounds.map(\.split) == [.evaluation, nil])
  }

  @Test func `may have quotes and line breaks in a label`() throws {
    let list = try list("a.wav,\"say \"\"a\"\"\nb\"\nb/c.wav,x\n", files: ["a.wav", "b/c.wav"])
    #expect(list.vocabulary.labels.map(\.name) == ["say \"a\"\nb", "x"])
  }

  @Test func `lists files that are not there`() throws {
    let list = try list("a.wav,x\nno.wav,y\nb,y\n", files: ["a.wav", "b/c.wav"])
    #expect(list.sounds.map(\.name) == ["a.wav"])
    #expect(list.skipped.map(\.path) == ["no.wav", "b"])
    #expect(list.skipped.allSatisfy { $0.kind == .missing })
    #expect(list.vocabulary.labels.count == 2)
  }

  @Test func `of which no file is there is an error`() {
    let error = message { _ = try list("no.wav,y\nnone.wav,y\n", files: ["a.wav"]) }
    #expect(error.contains("labels.csv: none of its 2 files is in "))
    #expect(error.hasSuffix("such as no.wav"))
  }

  @Test func `has one clear line for each wrong row`() {
    #expect(
      error("path,labels\na.wav,dog\nb/c.wav,Rain, steady\n")
        == "row 3: expected 2 columns (split is train, validation or evaluation), found 3; "
        + "a label with a comma is written in quotes: \"Rain, steady\"")
    #expect(error("a.wav,dog\nb/c.wav,Rail, train\n").hasPrefix("row 2: expected 2 columns"))
    #expect(error("a.wav,dog,train\nb/c.wav,dog,test\n").hasPrefix("row 2: expected 3 columns"))
    #expect(error("path,labels,length\na.wav,dog,3\n").hasPrefix("row 1: expected the columns path, labels and split"))
    #expect(error("a.wav,dog\n\n\na.wav,cat\n") == "row 4: a.wav was listed in row 1 already")
    #expect(error("a.wav\n").hasPrefix("row 1: expected path,label;label, found"))
    #expect(error("a.wav, ; \n").hasPrefix("row 1: expected a path and a label"))
    #expect(error("x.wav,x\na.wav,\"dog\n") == "row 2: a quote is opened and never closed")
    #expect(error("a.wav,\"dog\"s\n") == "row 1: expected a comma after the closing quote")
    #expect(error("a.wav,do\"g\n") == "row 1: a quote stands inside a field that does not begin with one")
    #expect(
      error("a.wav,dog\n", vocabulary: Vocabulary(names: ["cat"])) == "row 1: the vocabulary of 1 labels has no dog")
  }
}

@Suite struct `Sounds in folders` {
  @Test func `have the folder's name as their label`() throws {
    try withTemporaryFolder { folder in
      let others = ["stray.wav", "dog/notes.txt", ".hidden/4.wav", "docs/readme.txt"]
      for file in ["dog/1.wav", "dog/deep/2.FLAC", "cat, small/3.ogg"] + others {
        try write("sound", to: "\(folder)/\(file)")
      }
      let list = try SoundList(foldersIn: folder, vocabulary: nil)
      #expect(list.vocabulary.labels.map(\.name) == ["cat, small", "dog"])
      #expect(list.sounds.map(\.name) == ["cat, small/3.ogg", "dog/1.wav", "dog/deep/2.FLAC"])
      #expect(list.sounds.map(\.labels) == [[0], [1], [1]])
      #expect(list.skipped.map(\.path) == ["docs/readme.txt", "dog/notes.txt", "stray.wav"])
      #expect(list.skipped.allSatisfy { $0.kind == .ignored })
    }
  }

  @Test func `may be links, to folders that lie elsewhere and to those around them`() throws {
    try withTemporaryFolder { folder in
      try write("sound", to: "\(folder)/elsewhere/deep/1.wav")
      try write("sound", to: "\(folder)/sounds/dog/2.wav")
      try FileManager.default.createDirectory(atPath: "\(folder)/labels", withIntermediateDirectories: true)
      for (link, target) in [("cat", "\(folder)/elsewhere"), ("dog/around", "\(folder)/sounds")] {
        try FileManager.default.createSymbolicLink(
          atPath: "\(folder)/sounds/\(link)", withDestinationPath: target)
      }
      let list = try SoundList(foldersIn: "\(folder)/sounds", vocabulary: nil)
      #expect(list.sounds.map(\.name) == ["cat/deep/1.wav", "dog/2.wav"])
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder)/labels/cat", withDestinationPath: "\(folder)/elsewhere")
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder)/labels/lynx", withDestinationPath: "\(folder)/elsewhere")
      let labels = try SoundList(foldersIn: "\(folder)/labels", vocabulary: nil)
      #expect(labels.sounds.map(\.name) == ["cat/deep/1.wav", "lynx/deep/1.wav"])
      let linked = try SoundList(foldersIn: "\(folder)/sounds/dog/around", vocabulary: nil)
      #expect(linked.sounds.map(\.name) == list.sounds.map(\.name))
      // Of folders that all lead to each other there would be no end of ways.
      for one in 0..<9 {
        try write("sound", to: "\(folder)/ring/\(one)/1.wav")
        for other in 0..<9 where other != one {
          try FileManager.default.createSymbolicLink(
            atPath: "\(folder)/ring/\(one)/to-\(other)", withDestinationPath: "\(folder)/ring/\(other)")
        }
      }
      let ring = try SoundList(foldersIn: "\(folder)/ring", vocabulary: nil)
      #expect(Set(ring.sounds.map(\.name)).isSuperset(of: (0..<9).map { "\($0)/1.wav" }) && ring.sounds.count < 100)
    }
  }

  @Test func `must be there`() throws {
    #expect(
      message { _ = try SoundList(foldersIn: "/nowhere", vocabulary: nil) }
        == "cannot read /nowhere: expected a folder of sounds, there is none")
    try withTemporaryFolder { folder in
      #expect(
        message { _ = try SoundList(foldersIn: folder, vocabulary: nil) }
          == "nothing to prepare in \(folder): the folder is empty")
      try write("text", to: "\(folder)/file.wav")
      #expect(message { _ = try SoundList(foldersIn: "\(folder)/file.wav", vocabulary: nil) }.hasPrefix("cannot read"))
      #expect(message { _ = try SoundList(foldersIn: folder, vocabulary: nil) }.contains("a folder for each label"))
    }
  }
}

@Suite struct `AudioSet's segments` {
  private let header = """
    # Segments csv created on Sun Mar  5 10:54:25 2017
    # num_ytids=20371, num_segs=20371, num_unique_labels=527, num_positive_labels=51804
    # YTID, start_seconds, end_seconds, positive_labels

    """
  private let classes = "index,mid,display_name\n0,/m/03v3yw,\"Keys jangling\"\n1,/m/0k4j,\"Car, driving\"\n"

  private func list(_ rows: String, files: [String], classes: String? = nil) throws -> SoundList {
    try withTemporaryFolder { folder in
      for file in files { try write("sound", to: "\(folder)/clips/\(file)") }
      try write(rows, to: "\(folder)/segments.csv")
      try write(classes ?? self.classes, to: "\(folder)/classes.csv")
      return try SoundList(
        folder: "\(folder)/clips", labels: ["\(folder)/segments.csv"],
        vocabulary: try Vocabulary(audioSet: "\(folder)/classes.csv"))
    }
  }

  @Test(arguments: [
    "-0RWZT-miFs.wav", "-0RWZT-miFs_420.000.wav", "-0RWZT-miFs_420000.flac", "deep/-0RWZT-miFs_420.ogg",
    "-0RWZT-miFs_420.000_430.000.wav", "-0RWZT-miFs_420000_430000.opus",
  ])
  func `are read as published`(file: String) throws {
    let rows = "-0RWZT-miFs, 420.000, 430.000, \"/m/03v3yw,/m/0k4j\"\n--missing--_, 0.000, 10.000, \"/m/0k4j\"\n"
    let list = try list(header + rows, files: [file, "unlisted.wav"])
    #expect(list.vocabulary.labels.map(\.name) == ["Keys jangling", "Car, driving"])
    let sound = try #require(list.sounds.first)
    #expect(list.sounds.count == 1)
    #expect(sound.identifier == "-0RWZT-miFs" && sound.name == file)
    #expect(sound.labels == [0, 1] && sound.segment == 420...430)
    #expect(list.skipped.map(\.path) == ["--missing--_"])
    #expect(try self.list(rows, files: [file]).sounds == list.sounds, "the comments may be missing")
  }

  @Test func `have one clear line for each wrong row`() {
    func error(_ row: String, files: [String] = ["a.wav"]) -> String {
      String(message { _ = try list(header + row, files: files) }.drop { $0 != "," }.dropFirst(2))
    }
    #expect(error("a, 0.0, 10.0, \"/m/none\"\n") == "row 4: the vocabulary of 2 labels has no /m/none")
    #expect(error("a, 10.0, 0.0, \"/m/0k4j\"\n") == "row 4: expected a start before the end, found 10.0 and 0.0")
    #expect(error("a, 0.0, nan, \"/m/0k4j\"\n").hasPrefix("row 4: expected a start before the end"))
    #expect(error("a, zero, 10.0, \"/m/0k4j\"\n").hasPrefix("row 4: expected YTID, start_seconds"))
    #expect(error("a, 0.0, 10.0, /m/0k4j,/m/03v3yw\n").hasPrefix("row 4: expected YTID, start_seconds"))
    #expect(
      error("a, 0.0, 10.0, \"/m/0k4j\"\n", files: ["a.wav", "a_0.000.wav"])
        == "row 4: expected one file for a, found a.wav and a_0.000.wav")
    #expect(
      error("a, 0, 10, \"/m/0k4j\"\na, 10, 20, \"/m/0k4j\"\n") == "row 5: a.wav was listed in row 4 already")
  }

  @Test func `may be in several files, of which AudioSet's own is for evaluation`() throws {
    try withTemporaryFolder { folder in
      func segments(_ names: [String]) -> String {
        header + names.map { "\($0), 0.000, 10.000, \"/m/0k4j\"\n" }.joined()
      }
      let names = (0..<30).map { "clip \($0)" }
      for name in names { try write("sound", to: "\(folder)/clips/\(name).wav") }
      try write(segments(Array(names[..<20])), to: "\(folder)/unbalanced_train_segments.csv")
      try write(segments(Array(names[20...])), to: "\(folder)/eval_segments.csv")
      try write(classes, to: "\(folder)/classes.csv")
      let vocabulary = try Vocabulary(audioSet: "\(folder)/classes.csv")
      func parts(_ files: String...) throws -> [Split: Set<String>] {
        let list = try SoundList(
          folder: "\(folder)/clips", labels: files.map { "\(folder)/\($0).csv" }, vocabulary: vocabulary)
        let shards = PreparationPlan(list, settings: PreparationSettings()).shards
        return Dictionary(grouping: shards, by: \.split).mapValues { Set($0.flatMap(\.sounds).map(\.identifier)) }
      }
      let both = try parts("unbalanced_train_segments", "eval_segments")
      #expect(both[.evaluation] == Set(names[20...]) && both[.train]?.count == 18 && both[.validation]?.count == 2)
      #expect(try parts("eval_segments") == [.evaluation: Set(names[20...])])
      #expect(try parts("unbalanced_train_segments")[.evaluation]?.count == 2, "it has to come from somewhere")
      try write(segments(["clip 25"]), to: "\(folder)/balanced_train_segments.csv")
      let twice = message { _ = try parts("eval_segments", "balanced_train_segments") }
      #expect(
        twice.hasSuffix("row 4: clip 25.wav was listed in \(folder)/eval_segments.csv, row 9 already"), "\(twice)")
      try write("path,labels\nclip 1.wav,/m/0k4j\n", to: "\(folder)/labels.csv")
      let plain = message { _ = try parts("eval_segments", "labels") }
      #expect(plain.contains("labels.csv: expected AudioSet's segments, which alone may be in several files"))
    }
  }

  @Test func `need the classes' names`() throws {
    try withTemporaryFolder { folder in
      try write("sound", to: "\(folder)/a.wav")
      try write(header + "a, 0, 10, \"/m/0k4j\"\n", to: "\(folder)/segments.csv")
      let error = message { _ = try SoundList(folder: folder, labels: ["\(folder)/segments.csv"], vocabulary: nil) }
      #expect(error.contains("--vocabulary"))
    }
    let error = message { _ = try list("a, 0, 10, \"/m/0k4j\"\n", files: ["a.wav"], classes: "0,/m/1,A\n2,/m/2,B\n") }
    #expect(error.hasSuffix("row 2: expected the index 1, found 2"))
  }
}

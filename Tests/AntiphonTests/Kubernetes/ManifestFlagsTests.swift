import Foundation
import Testing

/// What manifests and their guide tell the programs, against the programs.
@Suite struct `Flags in manifests` {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// The flags that a program or one of its commands has.
  private func flags(of program: String, _ command: [String] = []) async throws -> Set<String> {
    let help = try await Programs.start(program, command + ["--help"], in: scratch).end(within: 30)
    try #require(help.code == 0, "\(program) \(command): \(help.errors)")
    return Set(help.output.matches(of: /--[a-z-]+/).map { String($0.0) })
  }

  private func flags(in text: Substring) -> Set<String> {
    Set(text.matches(of: /(?:^|[\s"'=])(--[a-z-]+)/).map { String($0.1) })
  }

  /// By program, the flags that follow `command: [PROGRAM…` up to the end of its `args`.
  private func flagsInManifests() throws -> [String: Set<String>] {
    var found: [String: Set<String>] = [:]
    for file in try Manifests.files(".yaml") {
      var program: String?
      for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
        if let command = line.firstMatch(of: /command: \[([a-z-]+)/) {
          program = String(command.1)
        } else if line.contains("env:") || line.contains("ports:") {
          program = nil
        }
        if let program { found[program, default: []].formUnion(flags(in: line)) }
      }
    }
    return found
  }

  @Test func `are flags of the programs`() async throws {
    let found = try flagsInManifests()
    for (program, needed) in [("paramserver", "--advertise"), ("worker", "--rendezvous")] {
      let used = try #require(found[program])
      #expect(used.contains(needed) && used.contains("--http"))
      #expect(try await used.subtracting(flags(of: program)) == [], "\(program)")
    }
  }

  @Test func `of a new run are flags of 'antiphon train'`() async throws {
    var used = try #require(flagsInManifests()["configure-run"])
    for file in try Manifests.files(".env") {
      used.formUnion(flags(in: try String(contentsOf: file, encoding: .utf8)[...]))
    }
    #expect(used.isSuperset(of: ["--model", "--data", "--servers"]))
    #expect(try await used.subtracting(flags(of: "antiphon", ["train"])) == [])
  }

  /// Guides, scripts and units of all launchers: what follows `antiphon COMMAND`, and what follows the two programs there
  /// where a flag comes first, since else the words are prose.
  @Test func `in guides and scripts are flags of the programs and commands`() async throws {
    var used: [[String]: Set<String>] = [:]
    let repository = Manifests.repository
    let guides = try Manifests.files(".md", below: repository.appending(path: "Docs"))
    let cluster = try Manifests.files(below: repository.appending(path: "Cluster"))
    for file in guides + cluster + [repository.appending(path: "README.md")] {
      let text = try String(contentsOf: file, encoding: .utf8)
      for match in text.matches(of: /\bantiphon ((?:bench |experiment )?[a-z][a-z0-9-]*)([^\n`|]*)/) {
        used[["antiphon"] + match.1.split(separator: " ").map(String.init), default: []].formUnion(flags(in: match.2))
      }
      for match in text.matches(of: /(?:^|[^-\w])(paramserver|worker)( --[^\n`|]*)/) {
        used[[String(match.1)], default: []].formUnion(flags(in: match.2))
      }
    }
    #expect(used.keys.contains(["antiphon", "keys"]) && used.keys.contains(["antiphon", "train"]))
    #expect(used[["paramserver"]]?.contains("--run") == true && used[["worker"]]?.contains("--role") == true)
    for (command, flags) in used where !flags.isEmpty {
      #expect(try await flags.subtracting(self.flags(of: command[0], Array(command.dropFirst()))) == [], "\(command)")
    }
  }
}

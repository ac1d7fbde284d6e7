import ArgumentParser
import Clusters

struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Looks for what will go wrong on this machine, or with a run from here: a line for each finding.",
    discussion: """
      Libraries, cores, memory, huge pages, open files and ports; with a run, also what its folder does with files (in a \
      folder of its own, which is removed), its clock, its room, its checkpoints, its keys, and whether its servers answer. Give it on each \
      machine that is to take part: clocks are compared with that of the one who keeps the files.

      Ends with 1 if there is a problem, with 0 if there are warnings at most.

      Example: antiphon doctor runs/first
      """)

  @Argument(help: .init("The folder of a run.", valueName: "run"))
  var runFolder: String?

  @OptionGroup var output: OutputOptions

  func run() throws {
    try reportingErrors {
      var findings = LibraryFacts.gathered().findings
      if let runFolder {
        let folder = try RunFolder(opening: runFolder)
        let settings = try folder.settings()
        let needs = try RunNeeds(settings)
        findings += MachineFacts.gathered().findings(needs)
        findings += FolderFacts.gathered(of: folder.path).findings(needs)
        findings.append(CheckpointFacts.gathered(of: folder, settings).finding)
        findings.append(KeyFacts.gathered(of: folder.keys).finding)
        findings += try ServerFacts.gathered(of: folder, settings).findings
      } else {
        findings += MachineFacts.gathered().findings(nil)
      }
      let report = DoctorReport(findings)
      try output.show(report, report.lines)
      if report.problems > 0 { throw ExitCode(1) }
    }
  }
}

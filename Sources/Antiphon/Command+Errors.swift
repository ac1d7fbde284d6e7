import ArgumentParser
import Audio
import Checkpoints
import Clusters
import Datasets
import Foundation
import HTTP
import Media
import Transport

extension ParsableCommand {
  /// Does a command's work; an error becomes one line on standard error and an exit code: 75 where another try may
  /// succeed, 78 where it cannot.
  func reportingErrors(_ work: () throws -> Void) throws {
    do {
      try work()
    } catch let code as ExitCode {
      throw code
    } catch is Interruption {
      FileHandle.standardError.write(Data("\(Self.fullName): ended at once\n".utf8))
      throw ExitCode(130)
    } catch {
      FileHandle.standardError.write(Data("\(Self.fullName): \(error)\n".utf8))
      throw ExitCode(Self.mayPass(error) ? 75 : 78)
    }
  }

  /// As it is called in a shell.
  static var fullName: String {
    let parents: [any ParsableCommand.Type] = [Bench.self, Experiment.self]
    let parent = parents.first { $0.configuration.subcommands.contains { $0 == Self.self } }
    return "antiphon " + (parent.map { "\($0._commandName) " } ?? "") + _commandName
  }

  /// Whether the same command may succeed later: when a server answers, or a disk has room.
  private static func mayPass(_ error: any Error) -> Bool {
    switch error {
    case CheckpointError.unreachable(_, _, let mayPass): mayPass
    case TransportError.silent, DatasetError.unwritable, DatasetError.busy: true
    case CheckpointError.unwritable, AudioError.cannotWrite: true
    case let error as MediaError: error.kind == .unreachable
    case is PageServerError, is StandardOutput.WriteError: true
    case let error as ClusterError: error.mayPass
    default: false
    }
  }
}

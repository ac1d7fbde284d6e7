import ArgumentParser
import Foundation

extension ValidationError {
  /// A dataset is not to be taken for sounds when the same command is given again.
  ///
  /// - Throws: `ValidationError` where a folder is another one, or lies in it.
  static func demandApart(_ into: String, from source: String) throws {
    let places = [into, source].map { URL(filePath: $0).resolvingSymlinksInPath().standardizedFileURL.pathComponents }
    guard places[0].starts(with: places[1]) else { return }
    throw ValidationError("--into expects a folder that does not lie in \(source), found \(into).")
  }
}

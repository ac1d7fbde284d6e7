import ArgumentParser
import Foundation

extension ValidationError {
  /// A dataset is not to be taken for sounds when the same command is given again.
  ///
  /// - Throws: `ValidationError` where a folder is another one, or lies in it.
  static func demandApart(_ into: String, from source: String) throws {
    let places = [into, source].map { resolved(URL(filePath: $0).standardizedFileURL).pathComponents }
    guard places[0].starts(with: places[1]) else { return }
    throw ValidationError("--into expects a folder that does not lie in \(source), found \(into).")
  }

  /// Without links, also above a folder that is not there yet.
  private static func resolved(_ place: URL) -> URL {
    guard !FileManager.default.fileExists(atPath: place.path), place.pathComponents.count > 1 else {
      return place.resolvingSymlinksInPath()
    }
    return resolved(place.deletingLastPathComponent()).appending(path: place.lastPathComponent)
  }
}

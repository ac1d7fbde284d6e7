internal import Foundation

/// Reads a file, and tells of a failure with the file's name.
func reading<Result>(_ path: String, _ body: () throws -> Result) throws(DatasetError) -> Result {
  do { return try body() } catch { throw .unreadable(path: path, reason: reason(of: error)) }
}

/// Writes a file, and tells of a failure with the file's name.
func writing<Result>(_ path: String, _ body: () throws -> Result) throws(DatasetError) -> Result {
  do { return try body() } catch { throw .unwritable(path: path, reason: reason(of: error)) }
}

/// The system's own words where there are any ("No such file or directory").
private func reason(of error: any Error) -> String {
  let error = error as NSError
  let cause = error.userInfo[NSUnderlyingErrorKey] as? NSError ?? error
  if (error as? CocoaError)?.code == .fileReadNoSuchFile { return "there is no such file" }
  guard cause.domain == NSPOSIXErrorDomain, let code = POSIXErrorCode(rawValue: Int32(cause.code)) else {
    return error.localizedDescription
  }
  return POSIXError(code).localizedDescription
}

/// All files below a folder, by their paths in it, in sorted order; hidden ones are left out. Links to folders are followed,
/// within each folder at the top one to each, and none to a folder in which it lies itself.
///
/// - Parameter content: What the folder should hold, for people.
func files(below folder: String, of content: String) throws(DatasetError) -> [String] {
  guard isFolder(folder) else {
    throw .unreadable(path: folder, reason: "expected a folder of \(content), there is none")
  }
  var (found, linked): ([String], Set<String>) = ([], [])
  try find(in: folder, named: "", inside: [], &found, &linked)
  guard !found.isEmpty else { throw .nothingToPrepare(path: folder, reason: "the folder is empty") }
  return found.sorted()
}

/// - Parameters:
///   - prefix: Of the names of what is in it.
///   - outer: The folders in which it lies, by their real paths.
///   - linked: Those to which links were followed.
private func find(
  in folder: String, named prefix: String, inside outer: Set<String>, _ found: inout [String],
  _ linked: inout Set<String>
) throws(DatasetError) {
  let real = realPath(folder)
  guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
    throw .unreadable(path: folder, reason: "the folder is not open to this user")
  }
  for name in names.sorted() where !name.hasPrefix(".") {
    guard isFolder("\(folder)/\(name)") else {
      found.append(prefix + name)
      continue
    }
    if prefix.isEmpty { linked = [] }  // those at the top are labels: two may have the same sounds
    let target = realPath("\(folder)/\(name)")
    let isLink = target != "\(real)/\(name)"
    if isLink, target == real || outer.contains(target) || !linked.insert(target).inserted { continue }
    try find(in: "\(folder)/\(name)", named: "\(prefix)\(name)/", inside: outer.union([real]), &found, &linked)
  }
}

private func realPath(_ path: String) -> String { URL(filePath: path).resolvingSymlinksInPath().path }

/// Whether it is a folder, or a link to one.
private func isFolder(_ path: String) -> Bool {
  var isFolder: ObjCBool = false
  return unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
}

/// JSON as all our files have it: snake_case keys in order, readable, the same bytes for the same value.
enum JSONFile {
  static func read<Value: Decodable>(_ type: Value.Type, from path: String) throws(DatasetError) -> Value {
    let data = try reading(path) { try Data(contentsOf: URL(filePath: path)) }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    do {
      return try decoder.decode(type, from: data)
    } catch DecodingError.keyNotFound(let key, _) {
      throw .invalid(path: path, reason: "expected the key \(key.stringValue), it is not there")
    } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context) {
      let key = context.codingPath.map(\.stringValue).joined(separator: ".")
      throw .invalid(path: path, reason: "the value of \(key) is of another type than expected")
    } catch {
      throw .invalid(path: path, reason: "expected the JSON that a preparation writes there, found something else")
    }
  }

  static func encode(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(value) + Data("\n".utf8)
  }

  /// Writes the whole file or nothing (a temporary file, then a rename).
  static func write(_ value: some Encodable, to path: String) throws(DatasetError) {
    try writing(path) { try encode(value).write(to: URL(filePath: path), options: .atomic) }
  }
}

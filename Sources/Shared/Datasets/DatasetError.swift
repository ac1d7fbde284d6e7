/// Why a dataset, a list of sounds or a preparation cannot be used: each is one line with what was expected, what came
/// and where.
public enum DatasetError: Error, Equatable, CustomStringConvertible {
  /// A file or folder that cannot be read, with the system's reason.
  case unreadable(path: String, reason: String)
  /// A file or folder that cannot be written, with the system's reason.
  case unwritable(path: String, reason: String)
  /// A shard whose bytes are not what was written, from `offset` on.
  case damaged(path: String, offset: Int, reason: String)
  /// A file that is whole but does not say what it should.
  case invalid(path: String, reason: String)
  /// A row of a CSV file; rows count from 1 and are lines of the file.
  case invalidRow(path: String, row: Int, reason: String)
  /// A list in which there is nothing to prepare.
  case nothingToPrepare(path: String, reason: String)
  /// A setting out of its range.
  case invalidSetting(String)
  /// A folder that holds a dataset made in another way.
  case otherPreparation(path: String, differences: [String])
  /// A folder into which another process is preparing a dataset at this moment.
  case busy(path: String)

  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "cannot read \(path): \(reason)"
    case .unwritable(let path, let reason): "cannot write \(path): \(reason)"
    case .damaged(let path, let offset, let reason): "\(path) is damaged at byte \(offset): \(reason)"
    case .invalid(let path, let reason): "\(path): \(reason)"
    case .invalidRow(let path, let row, let reason): "\(path), row \(row): \(reason)"
    case .nothingToPrepare(let path, let reason): "nothing to prepare in \(path): \(reason)"
    case .invalidSetting(let reason): reason
    case .otherPreparation(let path, let differences):
      "\(path) holds a dataset made with other settings (\(differences.joined(separator: "; "))): "
        + "choose another folder, or remove it"
    case .busy(let path): "another process is preparing a dataset in \(path)"
    }
  }
}

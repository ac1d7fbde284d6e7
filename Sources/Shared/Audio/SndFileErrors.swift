internal import CSndFile
import Glibc

/// What the last system call said.
func systemError() -> String { unsafe String(cString: strerror(errno)) }

/// What libsndfile says of a handle, or of the last file that it did not open (`sf_strerror`), in one line.
func message(of handle: OpaquePointer?) -> String {
  let text = unsafe String(cString: sf_strerror(handle))
  return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
}

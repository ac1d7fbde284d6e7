internal import CZip
internal import Foundation

/// An `.npz` file of NumPy: a zip archive (libzip) with a file `NAME.npy` for each array.
@safe struct NumpyArchive: ~Copyable {
  private let path: String
  private let archive: OpaquePointer

  init(_ path: String) throws(EmbeddingError) {
    var code: Int32 = 0
    guard let archive = unsafe zip_open(path, ZIP_RDONLY, &code) else {
      var error = unsafe zip_error_t()
      unsafe zip_error_init_with_code(&error, code)
      defer { unsafe zip_error_fini(&error) }
      throw EmbeddingError("cannot read \(path): \(unsafe String(cString: zip_error_strerror(&error)))")
    }
    self.path = path
    unsafe self.archive = archive
  }

  deinit { unsafe zip_discard(archive) }

  /// The array of a name.
  func array(_ name: String) throws(EmbeddingError) -> NumpyArray {
    do { return try NumpyArray(bytes(of: "\(name).npy")) } catch {
      throw EmbeddingError("\(path): its array \(name): \(error)")
    }
  }

  /// The bytes of a member. Only where its end is read does libzip compare them with the checksum that the archive has.
  private func bytes(of member: String) throws(EmbeddingError) -> [UInt8] {
    var status = unsafe zip_stat_t()
    guard unsafe zip_stat(archive, member, 0, &status) == 0, let file = unsafe zip_fopen(archive, member, 0) else {
      throw failure
    }
    defer { unsafe zip_fclose(file) }
    let limit: UInt64 = 1 << 30
    guard unsafe status.size <= limit else {
      throw EmbeddingError("expected at most \(limit) bytes, it has \(unsafe status.size)")
    }
    var bytes = [UInt8](repeating: 0, count: Int(unsafe status.size))
    var end = [UInt8](repeating: 0, count: 1)
    let count = unsafe zip_fread(file, &bytes, UInt64(bytes.count))
    guard count == bytes.count, unsafe zip_fread(file, &end, 1) == 0 else {
      throw EmbeddingError("its bytes are damaged, or not as many as the archive says")
    }
    return bytes
  }

  private var failure: EmbeddingError { EmbeddingError(unsafe String(cString: zip_strerror(archive))) }
}

/// An array of floating-point numbers as NumPy saves it: `\x93NUMPY`, version, length of the header, the header as a Python
/// dictionary, and the values (numpy.lib.format).
struct NumpyArray: Equatable {
  let shape: [Int]
  /// In row-major order.
  let values: [Double]

  /// - Parameter bytes: Of a file of version 1 to 3 with little-endian values of four or eight bytes.
  init(_ bytes: [UInt8]) throws(EmbeddingError) {
    let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
    guard bytes.count >= 12, bytes.starts(with: magic), (1...3).contains(bytes[6]) else {
      throw EmbeddingError("expected an array as NumPy saves it, found other bytes")
    }
    let lengthBytes = bytes[6] == 1 ? 2 : 4
    let start = 8 + lengthBytes + bytes[8..<8 + lengthBytes].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard start <= bytes.count else { throw EmbeddingError("its header goes beyond its \(bytes.count) bytes") }
    let header = String(decoding: bytes[(8 + lengthBytes)..<start], as: UTF8.self)
    let form = /.*'descr': '<f([48])', 'fortran_order': False, 'shape': \(([0-9, ]*)\).*/.dotMatchesNewlines()
    guard let (_, size, extents) = header.wholeMatch(of: form)?.output, let width = Int(size) else {
      throw EmbeddingError("expected little-endian floats in C order, found \(header)")
    }
    shape = extents.split(whereSeparator: { ", ".contains($0) }).compactMap { Int($0) }
    let (count, isTooLarge) = shape.reduce((1, false)) { product, extent in
      let next = product.0.multipliedReportingOverflow(by: extent)
      return (next.partialValue, product.1 || next.overflow)
    }
    guard !isTooLarge, count == (bytes.count - start) / width, (bytes.count - start).isMultiple(of: width) else {
      throw EmbeddingError("expected the values of \(shape), found \(bytes.count - start) bytes")
    }
    values = (0..<count).map { index in
      let first = start + index * width
      let bits = bytes[first..<first + width].reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
      return width == 8 ? Double(bitPattern: bits) : Double(Float(bitPattern: UInt32(bits)))
    }
  }
}

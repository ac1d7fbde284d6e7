internal import CZeroMQ

/// The ZeroMQ that this process has loaded.
public enum MessageLibrary {
  /// As `4.3.4` (`zmq_version`).
  public static var version: String {
    var (major, minor, patch): (Int32, Int32, Int32) = (0, 0, 0)
    unsafe zmq_version(&major, &minor, &patch)
    return "\(major).\(minor).\(patch)"
  }

  /// Whether it can prove and encrypt (`zmq_has("curve")`).
  public static var hasKeys: Bool { unsafe zmq_has("curve") == 1 }
}

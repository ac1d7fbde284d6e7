internal import CZeroMQ

extension Socket {
  /// The domain that ZeroMQ tells the one who admits clients.
  private static let domain = "antiphon"
  /// `ZMQ_ZAP_ENFORCE_DOMAIN`: who cannot be asked about is not let in. libzmq 4.3 has it, but its header only shows it to
  /// those who also take what is not settled yet.
  private static let enforceDomain: Int32 = 93

  /// Speaks under CURVE with whom it connects to from now on, as these keys say; without keys, plainly.
  func speak(with keys: ClientKeys?) throws(TransportError) {
    try set(ZMQ_CURVE_SERVER, to: 0)  // plain
    guard let keys else { return }
    try set(ZMQ_CURVE_SERVERKEY, to: keys.server.description)
    try set(ZMQ_CURVE_PUBLICKEY, to: keys.pair.publicKey.description)
    try set(ZMQ_CURVE_SECRETKEY, to: keys.pair.secret)
  }

  /// Lets in only those that come with a key, which ZeroMQ then asks the process's `Doorkeeper` about; before `bind`.
  func demandKeys(as pair: KeyPair) throws(TransportError) {
    try set(ZMQ_ZAP_DOMAIN, to: Self.domain)
    try set(Self.enforceDomain, to: 1)
    try set(ZMQ_CURVE_SERVER, to: 1)
    try set(ZMQ_CURVE_SECRETKEY, to: pair.secret)
  }

  /// Tells of each connection that fails in its handshake (`zmq_socket_monitor`).
  ///
  /// - Returns: The endpoint, within the context, at which that is told.
  func reportFailedHandshakes() throws(TransportError) -> String {
    let endpoint = "inproc://handshakes-\(unsafe UInt(bitPattern: handle))"
    let events =
      ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH
    try check("zmq_socket_monitor", unsafe zmq_socket_monitor(handle, endpoint, events))
    return endpoint
  }

  private func set(_ option: Int32, to value: Int32) throws(TransportError) {
    var value = value
    let size = MemoryLayout<Int32>.size
    try check("zmq_setsockopt \(option)", unsafe zmq_setsockopt(handle, option, &value, size))
  }

  private func set(_ option: Int32, to text: String) throws(TransportError) {
    let bytes = Array(text.utf8)
    try check("zmq_setsockopt \(option)", unsafe zmq_setsockopt(handle, option, bytes, bytes.count))
  }
}

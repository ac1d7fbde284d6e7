import Captions
import Foundation
import HTTP
import Media
import Models
import Synchronization
import Tensors

/// What the caption service answers to each request.
final class CaptionService: Sendable {
  /// Of a recording that is sent.
  private static let mostBytes = 1 << 30
  /// Of a request in JSON.
  private static let mostWords = 1 << 14
  private static let mostLive = 8

  let desk: CaptionDesk
  let access: ServiceAccess
  let rules: AddressRules
  private let pool: ThreadPool
  private let live = Mutex(0)

  init(_ desk: CaptionDesk, _ access: ServiceAccess, _ rules: AddressRules, _ pool: ThreadPool) {
    self.desk = desk
    self.access = access
    self.rules = rules
    self.pool = pool
  }

  func answer(_ request: ServiceRequest) async -> ServiceResponse {
    let visitor = ServiceAccess.Visitor(request)
    var response: ServiceResponse
    if request.method == "GET", let file = CaptionPage.file(request.path) {
      response = file
    } else if request.method == "OPTIONS" {
      response = ServiceResponse(204, .bytes([]))
    } else if case .refused(let status, let reason) = access.judge(visitor) {
      response = .failure(status, reason)
      if status == 401 { response.headers["WWW-Authenticate"] = "Bearer" }
    } else {
      response = await route(request)
    }
    addSharing(to: &response, visitor, request)
    return response
  }

  /// Whether a request may take long: a recording that is sent, and captions that are waited for.
  func mayTakeLong(_ request: ServiceRequest) -> Bool {
    let parts = request.path.split(separator: "/")
    let isLong =
      request.method == "POST" && parts == ["captions"]
      || request.method == "GET" && parts.first == "caption" && parts.count == 2
    return isLong && access.judge(ServiceAccess.Visitor(request)) == .welcome
  }

  private func route(_ request: ServiceRequest) async -> ServiceResponse {
    let parts = request.path.split(separator: "/").map(String.init)
    switch (request.method, parts.first, parts.count) {
    case ("GET", "labels", 1):
      return .json(200, Labels(labels: desk.model.names, model: "\(desk.model.sound.specification)"))
    case ("POST", "captions", 1): return await take(request)
    case ("GET", "captions", 2): return tell(parts[1], request)
    case ("DELETE", "captions", 2): return cancel(parts[1])
    case ("GET", "caption", 2): return await block(parts[1])
    case ("GET", "live", 1): return listen(request)
    case (_, "captions", 1): return Self.wrongMethod(request, "POST")
    case (_, "captions", 2): return Self.wrongMethod(request, "GET, DELETE")
    case (_, "caption", 2), (_, "live", 1), (_, "labels", 1): return Self.wrongMethod(request, "GET")
    default: return .failure(404, "there is nothing at \(request.path.prefix(100))")
    }
  }

  private static func wrongMethod(_ request: ServiceRequest, _ allowed: String) -> ServiceResponse {
    var response = ServiceResponse.failure(405, "expected \(allowed), \(request.method) does nothing here")
    response.headers["Allow"] = allowed
    return response
  }

  private struct Labels: Encodable {
    let labels: [String]
    let model: String
  }

  /// Lets the pages of sites that are named read what is answered (the Fetch standard's CORS protocol).
  private func addSharing(
    to response: inout ServiceResponse, _ visitor: ServiceAccess.Visitor, _ request: ServiceRequest
  ) {
    response.headers["Vary"] = "Origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
    guard let origin = visitor.origin, access.admits(origin: origin, host: visitor.host) else { return }
    response.headers["Access-Control-Allow-Origin"] = origin
    response.headers["Access-Control-Expose-Headers"] = "Location, Retry-After"
    guard request.method == "OPTIONS" else { return }
    response.headers["Access-Control-Allow-Methods"] = "GET, POST, DELETE"
    response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
    response.headers["Access-Control-Max-Age"] = "600"
    if request.header("Access-Control-Request-Private-Network") == "true" {
      response.headers["Access-Control-Allow-Private-Network"] = "true"
    }
  }

  // MARK: Recordings

  private func take(_ request: ServiceRequest) async -> ServiceResponse {
    let type = request.header("Content-Type")?.split(separator: ";").first?.trimmingCharacters(in: .whitespaces)
    if let type = type?.lowercased(), type == "multipart/form-data" || type == "application/x-www-form-urlencoded" {
      return .failure(415, "expected the bytes of a recording or a film as the body, found a form (\(type))")
    }
    guard desk.keepPlace() else {
      return .failure(429, "as many recordings wait as may wait (--queue): try again in a while")
    }
    do {
      let job =
        type?.lowercased() == "application/json" ? try await address(in: request) : try await file(in: request)
      try Task.checkCancellation()  // who has gone does not know its id
      desk.add(job)
      let accepted = Accepted(id: job.id, state: job.state)
      return .json(202, accepted, headers: ["Location": "/captions/\(job.id)"])
    } catch {
      desk.giveUpPlace()
      return Self.failure(error)
    }
  }

  private struct Accepted: Encodable {
    let id: String
    let state: CaptionJob.State
  }

  private static func failure(_ error: any Error) -> ServiceResponse {
    switch error {
    case ServiceRequest.BodyError.tooLarge(let most): .failure(413, "expected at most \(most) bytes, there are more")
    case ServiceRequest.BodyError.tooSlow: .failure(408, "expected the recording sooner: it came too slowly")
    case ServiceRequest.BodyError.broken: .failure(400, "expected as much as was promised, it broke off before")
    case let error as MediaError where error.kind == .notPublic: .failure(403, "\(error)")
    case let error as MediaError: .failure(400, "\(error)")
    default: .failure(500, "the recording cannot be kept: \(error.localizedDescription)")
    }
  }

  private func address(in request: ServiceRequest) async throws -> CaptionJob {
    struct Wanted: Decodable { let url: String }
    let body = Mutex<[UInt8]>([])
    try await request.readBody(mostBytes: Self.mostWords) { bytes in body.withLock { $0 += bytes } }
    guard let wanted = try? JSONDecoder().decode(Wanted.self, from: Data(body.withLock { $0 })) else {
      throw MediaError(.noAddress, "expected {\"url\": \"https://…\"} as JSON, found something else")
    }
    let address = try WebAddress(parsing: wanted.url)
    try await checked(address)
    return CaptionJob(.address(address), in: try ScratchFolder())
  }

  /// Looks for a name on a thread of its own: that may take a while.
  private func checked(_ address: WebAddress) async throws {
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
      Thread.detachNewThread { [rules] in
        continuation.resume(with: Result { try rules.check(address) })
      }
    }
  }

  private func file(in request: ServiceRequest) async throws -> CaptionJob {
    let folder = try ScratchFolder()
    let path = "\(folder.path)/media"
    guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]) else {
      throw CocoaError(.fileWriteUnknown)
    }
    let file = try FileHandle(forWritingTo: URL(filePath: path))
    defer { try? file.close() }
    try await request.readBody(mostBytes: Self.mostBytes) { try file.write(contentsOf: $0) }
    guard try file.offset() > 0 else {
      throw MediaError(.notMedia, "expected the bytes of a recording or a film as the body, it is empty")
    }
    return CaptionJob(.file, in: folder, file: path)
  }

  private func tell(_ id: String, _ request: ServiceRequest) -> ServiceResponse {
    guard let job = desk.job(id) else { return .failure(404, "there are no captions '\(id.prefix(40))'") }
    let events = "text/event-stream"
    let formats = [CaptionFormat.json, .vtt, .srt]
    let wanted = AcceptedMedia(request.header("Accept") ?? "*/*").best(of: formats.map(\.mediaType) + [events])
    let format = request.query("format") ?? formats.first { $0.mediaType == wanted }?.rawValue ?? "json"
    if request.query("format") == nil, wanted == events {
      return ServiceResponse(
        200, headers: ["Content-Type": events, "Cache-Control": "no-store"], .events(desk.events(of: id)))
    }
    switch format {
    case "json": return .json(200, JobText(job: job, names: desk.model.names))
    case "vtt": return captions(of: job, as: .vtt)
    case "srt": return captions(of: job, as: .srt)
    case "picture":
      guard let picture = job.picture else { return .failure(404, "there is no picture before all is heard") }
      return .json(200, picture)
    default: return .failure(400, "expected json, vtt, srt or picture as the format, found '\(format.prefix(40))'")
    }
  }

  /// A file of captions cannot say itself whether it has all of them.
  private func captions(of job: CaptionJob, as format: CaptionFormat) -> ServiceResponse {
    guard job.state == .done || !job.state.isOver else { return .failure(422, job.failure ?? "it was cancelled") }
    return .text(
      format.text(job.captions.inOrder, names: desk.model.names, seconds: job.seconds), format.mediaType,
      job.state == .done ? 200 : 202)
  }

  private func cancel(_ id: String) -> ServiceResponse {
    guard desk.job(id) != nil else { return .failure(404, "there are no captions '\(id.prefix(40))'") }
    desk.cancel(id)
    guard let job = desk.job(id) else { return .failure(404, "there are no captions '\(id.prefix(40))'") }
    return .json(200, JobText(job: job, names: desk.model.names))
  }

  /// Answers as Caption4Sound does: with all captions of a film of YouTube, once they are there.
  private func block(_ video: String) async -> ServiceResponse {
    guard video.wholeMatch(of: /[A-Za-z0-9_-]{11}/) != nil else {
      return .failure(400, "expected the 11 letters of a film of YouTube, found '\(video.prefix(40))'")
    }
    guard MediaPrograms.siteReader != nil else {
      return .failure(503, "expected yt-dlp, which finds the media of pages, on this machine: it is not there")
    }
    do {
      let page = try WebAddress(parsing: "https://www.youtube.com/watch?v=\(video)")
      // Who asks again, or asks for what others do, waits for the same work.
      guard let job = try desk.known(.page(page)) ?? fetch(page) else {
        return .failure(429, "as many recordings wait as may wait (--queue): try again in a while")
      }
      for await _ in desk.events(of: job.id) {}
      guard let over = desk.job(job.id), over.state == .done else {
        return .failure(502, desk.job(job.id)?.failure ?? "it was cancelled")
      }
      return .json(
        200, SoundBlocks(over.captions, seconds: over.seconds ?? 0, names: desk.model.names, file: "\(video).wav"))
    } catch {
      return Self.failure(error)
    }
  }

  /// - Returns: `nil` where there is no place for it.
  private func fetch(_ page: WebAddress) throws -> CaptionJob? {
    guard desk.keepPlace() else { return nil }
    do {
      let job = CaptionJob(.page(page), in: try ScratchFolder())
      desk.add(job)
      return job
    } catch {
      desk.giveUpPlace()
      throw error
    }
  }

  // MARK: Live sound

  private func listen(_ request: ServiceRequest) -> ServiceResponse {
    guard request.header("Upgrade")?.lowercased() == "websocket" else {
      return .failure(400, "expected a WebSocket, found a request for a page")
    }
    let isFree = live.withLock { live in
      guard live < Self.mostLive else { return false }
      live += 1
      return true
    }
    guard isFree else {
      return ServiceResponse(101, .conversation(NoSession("\(Self.mostLive) listen already: try again in a while")))
    }
    let session = LiveSession(desk.model)
    session.open(pool) { [weak self] in self?.live.withLock { $0 -= 1 } }
    return ServiceResponse(101, .conversation(session))
  }
}

extension ServiceResponse {
  static func json(_ status: Int, _ value: some Encodable, headers: [String: String] = [:]) -> ServiceResponse {
    let kind = ["Content-Type": "application/json", "Cache-Control": "no-store"]
    return ServiceResponse(status, headers: headers.merging(kind) { $1 }, .bytes(Array(value.line.utf8)))
  }

  /// One line that says why not.
  static func failure(_ status: Int, _ reason: String) -> ServiceResponse {
    .json(status, ["error": reason], headers: status == 429 ? ["Retry-After": "10"] : [:])
  }

  static func text(_ text: String, _ mediaType: String, _ status: Int = 200) -> ServiceResponse {
    ServiceResponse(
      status, headers: ["Content-Type": "\(mediaType); charset=utf-8", "Cache-Control": "no-store"],
      .bytes(Array(text.utf8)))
  }
}

extension ServiceAccess.Visitor {
  fileprivate init(_ request: ServiceRequest) {
    self.init(
      origin: request.header("Origin"), host: request.header("Host"), fetchSite: request.header("Sec-Fetch-Site"),
      authorization: request.header("Authorization"), token: request.query("token"))
  }
}

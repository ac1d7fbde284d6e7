import Foundation
import Testing
import Transport

@Suite struct `A key pair` {
  /// The two pairs of the manual page zmq_curve(7).
  @Test(arguments: [
    ("D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs", "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"),
    ("JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6", "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"),
  ])
  func `has the public half that libzmq's manual gives`(secret: String, known: String) throws {
    #expect("\(try KeyPair(secret: secret).publicKey)" == known)
  }

  @Test func `survives a round trip through text, and is never the same twice`() throws {
    let pair = try KeyPair()
    #expect(try KeyPair(secret: pair.secret) == pair)
    #expect(try PublicKey(parsing: "\(pair.publicKey)") == pair.publicKey)
    #expect(
      try JSONDecoder().decode([PublicKey].self, from: JSONEncoder().encode([pair.publicKey])) == [pair.publicKey])
    #expect(try KeyPair() != pair)
    #expect(!"\(pair)".contains(pair.secret) && !String(reflecting: pair).contains(pair.secret))
  }

  @Test(arguments: [
    ("", "0 came"), ("D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%c", "39 came"),
    ("D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%css", "41 came"),
    ("D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%c~", "character 40 is none"),
    ("D:)Q[IlAW ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs", "character 10 is none"),
    ("ü:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs", "character 1 is none"),
    (String(repeating: "#", count: 40), "more than 32 bytes"),
  ])
  func `is not made of what is no key, and the text is not told`(text: String, complaint: String) {
    for error in [
      #expect(throws: KeyError.self) { try KeyPair(secret: text) },
      #expect(throws: KeyError.self) { try PublicKey(parsing: text) },
    ] {
      #expect(error?.description.hasSuffix(complaint) == true || error?.description.contains(complaint) == true)
      #expect(text.isEmpty || error?.description.contains(text) == false)
    }
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([PublicKey].self, from: JSONEncoder().encode([text]))
    }
  }
}

/// What a protocol says in the clear to ask for TLS on a connection that begins without it, and what an answer to that
/// means. Whatever is no plain agreement ends the connection: nothing is ever said in the clear instead.
package struct SecurityRequest: Sendable, Equatable {
    package enum Answer: Sendable, Equatable {
        /// The handshake may begin.
        case agreed
        /// Why not, in words for people.
        case refused(String)
    }

    package let bytes: [UInt8]
    /// The one byte by which the peer agrees.
    private let agreement: UInt8
    /// Others that it may answer, and what they say.
    private let refusals: [UInt8: String]
    private let peer: String

    /// - Parameter answer: all that came first after the request. The peer has nothing to say before the handshake, so
    ///   what follows its agreement in one piece was put there by somebody in between, to be taken for what came inside
    ///   (CVE-2021-23222).
    package func meaning(of answer: UnsafeRawBufferPointer) -> Answer {
        guard let first = answer.first else {
            return .refused("\(peer) gave no answer to the request for TLS")
        }
        guard first == agreement else {
            return .refused(refusals[first] ?? "TLS: what answers there does not speak as \(peer) does")
        }
        guard answer.count == 1 else {
            return .refused(
                "TLS: bytes in the clear came behind \(peer)'s agreement to TLS; somebody in between may have put them there"
            )
        }
        return .agreed
    }

    /// SSLRequest (PostgreSQL documentation, 55.2.10 and 55.7).
    static let postgres = SecurityRequest(
        bytes: [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f],
        agreement: UInt8(ascii: "S"),
        refusals: [
            UInt8(ascii: "N"):
                "PostgreSQL offers no TLS; set ssl = on there, or ask in the clear with sslmode=disable and without tls:",
            UInt8(ascii: "E"): "PostgreSQL answered the request for TLS with an error",
        ],
        peer: "PostgreSQL"
    )
}

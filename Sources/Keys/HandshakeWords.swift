import NIOSSL

/// What BoringSSL says of a handshake that failed, in words for the one who must do something about it.
enum HandshakeWords {
    /// At the agent, of a peer that called.
    static func atServer(_ error: any Error) -> String {
        let text = "\(error)"
        let known = [
            (
                "PEER_DID_NOT_RETURN_A_CERTIFICATE",
                "it showed no certificate; agents obey only keys of their authority"
            ),
            ("UNSUPPORTED_PROTOCOL", "it offered no TLS 1.3"),
            ("HTTP_REQUEST", "it spoke without TLS"), ("WRONG_VERSION_NUMBER", "it spoke without TLS"),
            ("UNKNOWN_CA", "it does not know this agent's authority"),
            ("CERTIFICATE_UNKNOWN", "it refused this agent's certificate"),
            ("EOF during handshake", "it went away before it had shown who it is"),
        ]
        return known.first { text.contains($0.0) }?.1
            ?? "no TLS connection could be made: \(text.prefix(300))"
    }

    /// At the coordinator, of an agent that was called.
    static func atClient(_ error: any Error) -> String {
        let text = "\(error)"
        let known = [
            (
                "CERTIFICATE_UNKNOWN",
                "the agent refuses this coordinator's certificate: it is of another authority, or has expired by the agent's "
                    + "clock. The agent's log says which; issue one by faultline keys issue --coordinator NAME"
            ),
            (
                "CERTIFICATE_REQUIRED",
                "the agent asks for a certificate and was shown none; issue one by faultline keys issue --coordinator NAME"
            ),
            ("PROTOCOL_VERSION", "the agent's end has no TLS 1.3; is it a Faultline agent?"),
            ("UNSUPPORTED_PROTOCOL", "the agent's end has no TLS 1.3; is it a Faultline agent?"),
            ("WRONG_VERSION_NUMBER", "what answers does not speak TLS; is it a Faultline agent?"),
        ]
        return known.first { text.contains($0.0) }?.1
            ?? "no TLS connection could be made: \(text.prefix(300))"
    }
}

import COpenSSL
package import Codecs

/// One secured connection as bytes: what the peer sent goes in, what is to be sent comes out, no socket. C: `SSL` between
/// two memory BIOs. Used by one thread.
package final class TLSSession {
    package enum Handshake: Equatable {
        case done
        case underWay
        case failed(String)
    }

    private let session: OpaquePointer
    /// Owned by the session: bytes from the peer, bytes for the peer.
    private let incoming: OpaquePointer
    private let outgoing: OpaquePointer
    private let context: TLSContext
    /// What is inside, as the conversation writes it, before it is sealed.
    package var clear = OutputBytes(capacity: 256)
    private let opened = UnsafeMutableRawBufferPointer.allocate(byteCount: 16_384, alignment: 16)
    /// The part of `opened` that was not used yet.
    private var unread = 0..<0

    /// nil when there is no memory, or the name is none.
    package init?(_ context: TLSContext) {
        guard let session = context.makeSession() else { return nil }
        guard let incoming = BIO_new(BIO_s_mem()), let outgoing = BIO_new(BIO_s_mem()) else {
            SSL_free(session)
            return nil
        }
        self.session = session
        self.incoming = incoming
        self.outgoing = outgoing
        self.context = context
        SSL_set_bio(session, incoming, outgoing)
        SSL_set_connect_state(session)
        guard name(context.serverName) else { return nil }
    }

    deinit {
        opened.deallocate()
        SSL_free(session)
    }

    /// An address is looked for among the certificate's addresses and is not told to the server (RFC 6066, section 3).
    private func name(_ name: String) -> Bool {
        let isAddress = X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), name) == 1
        if isAddress { return true }
        ERR_clear_error()
        return SSL_set1_host(session, name) == 1 && copenssl_set_server_name(session, name) == 1
    }

    /// The peer's bytes.
    package func take(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes[...]
        // A memory BIO takes all, or nothing when memory is out; then the session fails for want of them.
        while !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
            guard BIO_write(incoming, part.baseAddress, Int32(part.count)) > 0 else { return }
            rest = rest.dropFirst(part.count)
        }
    }

    /// Moves what is for the peer to the end of the output.
    package func drain(into output: inout OutputBytes) {
        var start: UnsafeMutablePointer<CChar>?
        let count = copenssl_memory(outgoing, &start)
        guard count > 0, let start else { return }
        output.append(UnsafeRawBufferPointer(start: start, count: count))
        copenssl_empty(outgoing)
    }

    package func shakeHands() -> Handshake {
        ERR_clear_error()
        let result = SSL_do_handshake(session)
        if result == 1 { return disagreement.map { .failed($0) } ?? .done }
        switch SSL_get_error(session, result) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .underWay
        default: return .failed(complaint)
        }
    }

    /// The peer does not speak the protocol that is needed inside, or does not say so (RFC 9113, section 3.2).
    private var disagreement: String? {
        guard let needed = context.neededProtocol else { return nil }
        var name: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        SSL_get0_alpn_selected(session, &name, &count)
        let agreed = UnsafeBufferPointer(start: name, count: Int(count))
        guard !agreed.elementsEqual(needed.utf8) else { return nil }
        return "TLS: the server does not agree on \(needed) (ALPN), without which it is not spoken to"
    }

    private var complaint: String {
        let verification = SSL_get_verify_result(session)
        guard context.verifies, verification != X509_V_OK else { return "TLS: \(TLSContext.reason)" }
        ERR_clear_error()
        let reason = X509_verify_cert_error_string(verification).map { String(cString: $0) } ?? "not trusted"
        return "TLS: the certificate of \(context.serverName): \(reason)"
    }

    /// Seals what `clear` holds and empties it. False: the session is broken.
    package func seal() -> Bool {
        guard !clear.isEmpty else { return true }
        defer { clear.clear() }
        ERR_clear_error()
        // Memory takes all at once.
        return SSL_write(session, clear.bytes.baseAddress, Int32(clamping: clear.count))
            == Int32(clamping: clear.count)
    }

    package enum Opened {
        case bytes(UnsafeRawBufferPointer)
        /// More of the peer's bytes are needed.
        case nothing
        /// The peer said that it ends here.
        case ended
        case broken
    }

    /// What was opened and not used, else the next record. Valid until the next call.
    package func open() -> Opened {
        guard unread.isEmpty else { return .bytes(UnsafeRawBufferPointer(rebasing: opened[unread])) }
        ERR_clear_error()
        let count = SSL_read(session, opened.baseAddress, Int32(opened.count))
        if count > 0 {
            unread = 0..<Int(count)
            return .bytes(UnsafeRawBufferPointer(rebasing: opened[unread]))
        }
        switch SSL_get_error(session, count) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .nothing
        case SSL_ERROR_ZERO_RETURN: return .ended
        default: return .broken
        }
    }

    package func use(_ count: Int) {
        unread = min(unread.upperBound, unread.lowerBound + count)..<unread.upperBound
    }

    /// The peer's close_notify has come: the end of its bytes is its own word (RFC 8446, section 6.1).
    package var hasEnded: Bool { SSL_get_shutdown(session) & SSL_RECEIVED_SHUTDOWN != 0 }
}

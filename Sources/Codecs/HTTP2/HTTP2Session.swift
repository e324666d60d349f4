import CNghttp2
import Recording

/// The one door to nghttp2: an HTTP/2 client connection (RFC 9113) with one request at a time, its bytes in memory. Pings,
/// settings, windows and header compression are nghttp2's; what an answer means is `HTTP2Answer`'s. Not thread-safe.
///
/// Nothing of ours is allocated per request; nghttp2 allocates what it needs for a stream and frees it at its end.
final class HTTP2Session {
    private let session: OpaquePointer
    private let fields: HTTP2Fields
    private let template: HTTP2Template?
    /// nghttp2 keeps a pointer to it, so it has an address of its own.
    private let state: UnsafeMutablePointer<HTTP2Stream>

    /// Nil: no memory.
    init?(_ script: HTTP2Script) {
        template = script.template
        fields = HTTP2Fields(script.fields, script.template)
        state = .allocate(capacity: 1)
        state.initialize(to: HTTP2Stream(body: script.body, answer: HTTP2Answer(script)))
        guard let session = Self.session(state) else {
            state.deinitialize(count: 1)
            state.deallocate()
            return nil
        }
        self.session = session
        var settings = [
            nghttp2_settings_entry(settings_id: Int32(NGHTTP2_SETTINGS_ENABLE_PUSH.rawValue), value: 0),
            nghttp2_settings_entry(
                settings_id: Int32(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE.rawValue),
                value: Self.streamWindow
            ),
        ]
        let flags = UInt8(NGHTTP2_FLAG_NONE.rawValue)
        guard nghttp2_submit_settings(session, flags, &settings, settings.count) == 0,
            nghttp2_session_set_local_window_size(session, flags, 0, Self.connectionWindow) == 0
        else { return nil }
    }

    deinit {
        nghttp2_session_del(session)
        state.deinitialize(count: 1)
        state.deallocate()
    }

    /// Bytes of a body that a server may send ahead. Bodies are counted and thrown away, so wide windows cost nothing.
    private static let streamWindow: UInt32 = 1 << 20
    private static let connectionWindow: Int32 = 1 << 24

    var stream: HTTP2Stream { _read { yield state.pointee } }

    /// Of the whole answer.
    func outcome() -> Outcome { state.pointee.outcome() }

    /// Whether another request may follow: no GOAWAY has come or was sent, and stream numbers are left.
    var takesRequests: Bool {
        nghttp2_session_check_request_allowed(session) != 0
            && nghttp2_session_get_next_stream_id(session) < UInt32(Int32.max) - 1_000
    }

    /// The connection has come to its end: both sides said what they had to say.
    var isOver: Bool {
        nghttp2_session_want_read(session) == 0 && nghttp2_session_want_write(session) == 0
    }

    /// False: no request can be made any more.
    func ask(_ number: UInt64) -> Bool {
        state.pointee.begin()
        if let template { fields.fill(template, number, body: &state.pointee.body) }
        let id: Int32
        if state.pointee.body.isEmpty {
            id = nghttp2_submit_request(session, nil, fields.values, fields.count, nil, nil)
        } else {
            var provider = nghttp2_data_provider()
            provider.read_callback = { _, _, buffer, length, flags, _, context in
                guard let state = HTTP2Session.state(context), let buffer, let flags else {
                    return Int(NGHTTP2_ERR_CALLBACK_FAILURE.rawValue)
                }
                let isLast = state.pointee.writeBody(
                    UnsafeMutableRawBufferPointer(start: buffer, count: length)
                )
                if isLast.end { flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue }
                return isLast.count
            }
            id = nghttp2_submit_request(session, nil, fields.values, fields.count, &provider, nil)
        }
        state.pointee.id = id
        return id > 0
    }

    /// False: the peer does not speak HTTP/2, beyond what a GOAWAY of ours could say.
    func feed(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let used = nghttp2_session_mem_recv(
            session,
            bytes.baseAddress?.assumingMemoryBound(to: UInt8.self),
            bytes.count
        )
        return used == bytes.count
    }

    /// Appends what nghttp2 wants sent.
    func drain(into output: inout OutputBytes) {
        while true {
            var data: UnsafePointer<UInt8>?
            let count = nghttp2_session_mem_send(session, &data)
            guard count > 0, let data else { return }
            output.append(UnsafeRawBufferPointer(start: data, count: count))
        }
    }

    private static func state(_ context: UnsafeMutableRawPointer?) -> UnsafeMutablePointer<HTTP2Stream>? {
        context?.assumingMemoryBound(to: HTTP2Stream.self)
    }

    private static func session(_ state: UnsafeMutablePointer<HTTP2Stream>) -> OpaquePointer? {
        var callbacks: OpaquePointer?
        guard nghttp2_session_callbacks_new(&callbacks) == 0, let callbacks else { return nil }
        defer { nghttp2_session_callbacks_del(callbacks) }
        nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks) { _, frame, context in
            if let frame, let state = HTTP2Session.state(context) {
                state.pointee.headersBegin(on: frame.pointee.hd.stream_id)
            }
            return 0
        }
        nghttp2_session_callbacks_set_on_header_callback(callbacks) {
            _,
            frame,
            name,
            nameLength,
            value,
            valueLength,
            _,
            context in
            if let frame, let state = HTTP2Session.state(context) {
                state.pointee.field(
                    on: frame.pointee.hd.stream_id,
                    UnsafeRawBufferPointer(start: name, count: nameLength),
                    UnsafeRawBufferPointer(start: value, count: valueLength)
                )
            }
            return 0
        }
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) {
            _,
            _,
            id,
            data,
            length,
            context in
            HTTP2Session.state(context)?.pointee
                .data(on: id, UnsafeRawBufferPointer(start: data, count: length))
            return 0
        }
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { _, frame, context in
            if let frame, let state = HTTP2Session.state(context) {
                let head = frame.pointee.hd
                state.pointee.frame(
                    on: head.stream_id,
                    endsStream: head.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0
                        && (head.type == NGHTTP2_DATA.rawValue || head.type == NGHTTP2_HEADERS.rawValue),
                    resets: head.type == NGHTTP2_RST_STREAM.rawValue
                )
            }
            return 0
        }
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) { _, id, code, context in
            HTTP2Session.state(context)?.pointee
                .closed(id, unprocessed: code == NGHTTP2_REFUSED_STREAM.rawValue)
            return 0
        }
        var session: OpaquePointer?
        return nghttp2_session_client_new(&session, callbacks, state) == 0 ? session : nil
    }
}

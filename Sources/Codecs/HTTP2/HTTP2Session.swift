import CNghttp2

/// The one door to nghttp2: an HTTP/2 client connection (RFC 9113), its bytes in memory. Pings, settings, windows and header
/// compression are nghttp2's; what an answer means is `HTTP2Answer`'s. Not thread-safe.
///
/// Nothing of ours is allocated per request; nghttp2 allocates what it needs for a stream and frees it at its end.
final class HTTP2Session {
    private let session: OpaquePointer
    private let fields: HTTP2Fields
    private let template: HTTP2Template?
    /// nghttp2 keeps a pointer to it, so it has an address of its own.
    private let state: UnsafeMutablePointer<HTTP2Streams>

    /// Nil: no memory.
    ///
    /// - Parameter places: requests under way at once, at most.
    init?(_ script: HTTP2Script, places: Int = 1) {
        template = script.template
        fields = HTTP2Fields(script.fields, script.template)
        state = .allocate(capacity: 1)
        state.initialize(
            to: HTTP2Streams(HTTP2Stream(body: script.body, answer: HTTP2Answer(script)), places: places)
        )
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

    subscript(place: Int) -> HTTP2Stream { _read { yield state.pointee[place] } }

    /// Requests under way, those included that were given up and not told to the peer yet.
    var used: Int { state.pointee.used }

    /// The peer has said what it allows.
    var hasSettings: Bool { state.pointee.hasSettings }

    /// Whether `nextEnded` has one.
    var hasEnded: Bool { state.pointee.hasEnded }
    func nextEnded() -> Int? { state.pointee.nextEnded() }
    func nextBegun() -> Int? { state.pointee.nextBegun() }

    /// How many further requests may be made: no more than the peer allows at once (RFC 9113, section 5.1.2).
    var room: Int {
        guard takesRequests else { return 0 }
        let allowed = nghttp2_session_get_remote_settings(session, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS)
        return min(state.pointee.places, Int(allowed)) - used
    }

    /// Of a request that has ended.
    func progress(_ place: Int, reusable: Bool) -> Progress {
        state.pointee[place].progress(reusable: reusable)
    }

    /// Whether another request may follow: no GOAWAY has come or was sent, and stream numbers are left.
    var takesRequests: Bool {
        nghttp2_session_check_request_allowed(session) != 0
            && nghttp2_session_get_next_stream_id(session) < UInt32(Int32.max) - 1_000
    }

    /// The connection has come to its end: both sides said what they had to say.
    var isOver: Bool {
        nghttp2_session_want_read(session) == 0 && nghttp2_session_want_write(session) == 0
    }

    /// Its place; nil: no request can be made any more.
    func ask(_ number: UInt64) -> Int? {
        guard let place = state.pointee.begin() else { return nil }
        if let template { fields.fill(template, number, body: &state.pointee[place].body) }
        // Found again by the stream's number; 0 is nghttp2's own word for nothing.
        let mark = UnsafeMutableRawPointer(bitPattern: place + 1)
        let id: Int32
        if !state.pointee[place].body.isEmpty {
            var provider = nghttp2_data_provider()
            provider.read_callback = { session, id, buffer, length, flags, _, context in
                guard let state = HTTP2Session.state(context), let buffer, let flags,
                    let place = HTTP2Session.place(state, session, id)
                else { return Int(NGHTTP2_ERR_CALLBACK_FAILURE.rawValue) }
                let written = state.pointee[place].writeBody(
                    UnsafeMutableRawBufferPointer(start: buffer, count: length)
                )
                if written.end { flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue }
                return written.count
            }
            id = nghttp2_submit_request(session, nil, fields.values, fields.count, &provider, mark)
        } else {
            id = nghttp2_submit_request(session, nil, fields.values, fields.count, nil, mark)
        }
        state.pointee.set(place, id: id)
        return id > 0 ? place : nil
    }

    /// Of a request that has ended, and whose outcome was taken. A stream that the peer answered before it had the whole
    /// request is given up.
    func release(_ place: Int) {
        guard !state.pointee.release(place) else { return }
        let flags = UInt8(NGHTTP2_FLAG_NONE.rawValue)
        _ = nghttp2_submit_rst_stream(session, flags, state.pointee[place].id, NGHTTP2_CANCEL.rawValue)
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

    private static func state(_ context: UnsafeMutableRawPointer?) -> UnsafeMutablePointer<HTTP2Streams>? {
        context?.assumingMemoryBound(to: HTTP2Streams.self)
    }

    /// nil: a stream that is gone, or none of ours.
    private static func place(
        _ state: UnsafeMutablePointer<HTTP2Streams>,
        _ session: OpaquePointer?,
        _ id: Int32
    ) -> Int? {
        state.pointee.place(of: id) {
            nghttp2_session_get_stream_user_data(session, id).map { Int(bitPattern: $0) - 1 }
        }
    }

    private static func session(_ state: UnsafeMutablePointer<HTTP2Streams>) -> OpaquePointer? {
        var callbacks: OpaquePointer?
        guard nghttp2_session_callbacks_new(&callbacks) == 0, let callbacks else { return nil }
        defer { nghttp2_session_callbacks_del(callbacks) }
        nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks) { session, frame, context in
            if let frame, let state = HTTP2Session.state(context),
                let place = HTTP2Session.place(state, session, frame.pointee.hd.stream_id)
            {
                state.pointee.headersBegin(place)
            }
            return 0
        }
        nghttp2_session_callbacks_set_on_header_callback(callbacks) {
            session,
            frame,
            name,
            nameLength,
            value,
            valueLength,
            _,
            context in
            if let frame, let state = HTTP2Session.state(context),
                let place = HTTP2Session.place(state, session, frame.pointee.hd.stream_id)
            {
                state.pointee[place].field(
                    UnsafeRawBufferPointer(start: name, count: nameLength),
                    UnsafeRawBufferPointer(start: value, count: valueLength)
                )
            }
            return 0
        }
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) {
            session,
            _,
            id,
            data,
            length,
            context in
            if let state = HTTP2Session.state(context), let place = HTTP2Session.place(state, session, id) {
                state.pointee[place].data(UnsafeRawBufferPointer(start: data, count: length))
            }
            return 0
        }
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { session, frame, context in
            guard let frame, let state = HTTP2Session.state(context) else { return 0 }
            let head = frame.pointee.hd
            if head.type == NGHTTP2_SETTINGS.rawValue, head.flags & UInt8(NGHTTP2_FLAG_ACK.rawValue) == 0 {
                state.pointee.hasSettings = true
            }
            if head.stream_id > 0, let place = HTTP2Session.place(state, session, head.stream_id) {
                state.pointee.frame(
                    place,
                    endsStream: head.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0
                        && (head.type == NGHTTP2_DATA.rawValue || head.type == NGHTTP2_HEADERS.rawValue),
                    resets: head.type == NGHTTP2_RST_STREAM.rawValue
                )
            }
            return 0
        }
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) { session, id, code, context in
            if let state = HTTP2Session.state(context), let place = HTTP2Session.place(state, session, id) {
                state.pointee.close(place, unprocessed: code == NGHTTP2_REFUSED_STREAM.rawValue)
            }
            return 0
        }
        var session: OpaquePointer?
        return nghttp2_session_client_new(&session, callbacks, state) == 0 ? session : nil
    }
}

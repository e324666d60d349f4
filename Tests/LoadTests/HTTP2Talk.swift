import TestSupport

/// A server's side of an HTTP/2 connection, which a test leads by itself.
final class HTTP2Talk {
    private let peer: LedServer.Peer
    private var unread: [UInt8]
    /// Whole, in order of arrival.
    private(set) var frames: [HTTP2Frame] = []
    /// Requests that are not answered yet.
    private(set) var open: [UInt32] = []
    /// At the beginning of each request: how many SETTINGS of ours were acknowledged before, and how many requests are open.
    private(set) var begun: [(acknowledged: Int, open: Int)] = []

    /// nil: it is no HTTP/2, or ended.
    init?(_ peer: LedServer.Peer, most: UInt32? = nil) {
        self.peer = peer
        guard peer.read(HTTP2Frame.preface.count) == HTTP2Frame.preface else { return nil }
        unread = []
        write(.settings(most: most))
    }

    /// The next frame that says something of a request; SETTINGS and PING are answered. nil: the end.
    func next() -> HTTP2Frame? {
        while true {
            while let frame = take() {
                let isOfRequest =
                    frame.kind == .headers || frame.kind == .reset || (frame.kind == .data && frame.isLast)
                if isOfRequest { return frame }
            }
            guard read() else { return nil }
        }
    }

    private func read() -> Bool {
        let more = peer.read()
        unread += more
        return !more.isEmpty
    }

    /// Of what was read.
    private func take() -> HTTP2Frame? {
        guard let frame = HTTP2Frame.take(from: &unread) else { return nil }
        frames.append(frame)
        switch frame.kind {
        case .settings where !frame.isLast: write(HTTP2Frame(.settings, flags: 1))
        case .ping where !frame.isLast: write(HTTP2Frame(.ping, flags: 1, frame.payload))
        case .headers:
            open.append(frame.stream)
            begun.append((frames.count { $0.kind == .settings && $0.isLast }, open.count))
        case .reset: open.removeAll { $0 == frame.stream }
        default: break
        }
        return frame
    }

    /// So many requests, whole; fewer at the end.
    func requests(_ count: Int) -> [UInt32] {
        var whole: [UInt32] = []
        while whole.count < count, let frame = next() {
            if frame.isLast, frame.kind == .headers || frame.kind == .data { whole.append(frame.stream) }
        }
        return whole
    }

    /// Reads until so many requests are open, and whatever else comes soon.
    func gather(_ count: Int) {
        while open.count < count, next() != nil {}
        while peer.isReadable(withinMilliseconds: 2), read() {}
        while take() != nil {}
    }

    func write(_ frames: HTTP2Frame...) {
        for frame in frames where frame.isLast || frame.kind == .reset {
            open.removeAll { $0 == frame.stream }
        }
        peer.write(frames.flatMap(\.bytes))
    }
}

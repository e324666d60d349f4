/// The requests under way on an HTTP/2 connection, each at a place of its own.
struct HTTP2Streams {
    private let body: [UInt8]
    private var streams: [HTTP2Stream]
    private var free: [Int]
    /// Those that have ended and that nobody was told of, in order; told are those before `told`.
    private var ended: [Int] = []
    private var told = 0
    /// Those whose answers have begun, likewise; not kept where there is one place.
    private var begun: [Int] = []
    /// The peer's first SETTINGS have come.
    var hasSettings = false
    /// The stream that was looked for last: frames of one stream mostly follow each other.
    private var lastID: Int32 = 0
    private var lastPlace = 0

    init(body: [UInt8], answer: HTTP2Answer, places: Int) {
        self.body = body
        streams = Array(repeating: HTTP2Stream(answer), count: max(1, places))
        free = Array((0..<max(1, places)).reversed())
        ended.reserveCapacity(places)
    }

    subscript(place: Int) -> HTTP2Stream { _read { yield streams[place] } }

    /// Places that are taken.
    var used: Int { streams.count - free.count }
    var places: Int { streams.count }
    var hasBody: Bool { !body.isEmpty }
    var hasEnded: Bool { told < ended.count }

    /// nil: all are taken.
    mutating func begin() -> Int? {
        guard let place = free.popLast() else { return nil }
        streams[place].begin()
        return place
    }

    /// - Parameter id: 0 or less: it was not sent.
    mutating func set(_ place: Int, id: Int32) {
        streams[place].id = id
        if id <= 0 { free.append(place) }
    }

    mutating func place(of id: Int32, _ find: () -> Int?) -> Int? {
        if id == lastID { return lastPlace }
        guard let place = find(), streams.indices.contains(place), streams[place].id == id else { return nil }
        (lastID, lastPlace) = (id, place)
        return place
    }

    mutating func writeBody(_ place: Int, _ buffer: UnsafeMutableRawBufferPointer) -> (count: Int, end: Bool)
    {
        let sent = streams[place].sent
        let count = min(buffer.count, body.count - sent)
        body.withUnsafeBytes {
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[sent..<sent + count]))
        }
        streams[place].sent += count
        return (count, sent + count == body.count)
    }

    mutating func headersBegin(_ place: Int) {
        guard !streams[place].isReleased else { return }
        streams[place].answer.hasBegun = true
        if streams.count > 1 { begun.append(place) }
    }

    mutating func field(_ place: Int, _ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
        streams[place].answer.field(name, value)
    }

    mutating func data(_ place: Int, _ bytes: UnsafeRawBufferPointer) {
        streams[place].answer.data(bytes)
    }

    mutating func frame(_ place: Int, endsStream: Bool, resets: Bool) {
        let ends = streams[place].frame(endsStream: endsStream, resets: resets)
        if ends, !streams[place].isReleased { ended.append(place) }
    }

    mutating func close(_ place: Int, unprocessed: Bool) {
        let ends = streams[place].close(unprocessed: unprocessed)
        if streams[place].id == lastID { lastID = 0 }
        if streams[place].isReleased {
            free.append(place)
        } else if ends {
            ended.append(place)
        }
    }

    /// A request that has ended, each once, in order.
    mutating func nextEnded() -> Int? {
        guard told < ended.count else { return nil }
        let place = ended[told]
        told += 1
        if told == ended.count {
            ended.removeAll(keepingCapacity: true)
            told = 0
        }
        return place
    }

    mutating func nextBegun() -> Int? {
        while let place = begun.popLast() {
            if streams[place].ending == .none, !streams[place].isReleased { return place }
        }
        return nil
    }

    /// Its place is free when its stream is closed. True: it is.
    mutating func release(_ place: Int) -> Bool {
        streams[place].isReleased = true
        if streams[place].isClosed { free.append(place) }
        return streams[place].isClosed
    }
}

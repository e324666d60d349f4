/// The requests under way on an HTTP/2 connection, each at a place of its own.
struct HTTP2Streams {
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

    init(_ stream: HTTP2Stream, places: Int) {
        streams = Array(repeating: stream, count: max(1, places))
        free = Array((0..<max(1, places)).reversed())
        ended.reserveCapacity(places)
    }

    subscript(place: Int) -> HTTP2Stream {
        _read { yield streams[place] }
        _modify { yield &streams[place] }
    }

    /// Places that are taken.
    var used: Int { streams.count - free.count }
    var places: Int { streams.count }
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

    mutating func headersBegin(_ place: Int) {
        guard !streams[place].isReleased else { return }
        streams[place].headersBegin()
        if streams.count > 1 { begun.append(place) }
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

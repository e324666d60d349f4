import Codecs

/// What a reply of Redis says of the operation that was asked for.
enum RedisAnswer {
    /// Errors by which a server says that it did not carry a command out (redis.io, "Redis serialization protocol", and the
    /// server's own texts). Others may come from a proxy, which does not know.
    private static let refusals: Set<String> = [
        "READONLY", "LOADING", "MASTERDOWN", "NOREPLICAS", "MISCONF", "OOM", "CLUSTERDOWN", "MOVED", "ASK",
        "TRYAGAIN", "NOAUTH", "NOPERM", "WRONGTYPE", "WRONGPASS", "BUSY",
    ]

    static func meaning(of reply: RedisReply, to operation: StoreOperation) -> StoreAnswer {
        switch (reply, operation) {
        case (.error(let text), _):
            let code = String(text.prefix { $0 != " " })
            return refusals.contains(code) || operation.changesNothing ? .failed(text) : .unknown(text)
        case (.texts(["OK"]), .write), (.texts(["1"]), .add): return .done
        // Of RPUSH: the new length.
        case (.texts(let texts), .add) where texts.count == 1 && Int64(texts[0]) != nil: return .done
        case (.nothing, .read): return .value(nil)
        case (.texts(let texts), .read) where texts.count == 1:
            return Int64(texts[0]).map { .value($0) } ?? .failed("a value that is no number")
        case (.texts(let texts), .readAll):
            let values = texts.compactMap { Int64($0) }
            return values.count == texts.count ? .values(values) : .failed("an element that is no number")
        case (_, .read), (_, .readAll): return .failed("an answer to something else")
        case (_, .write), (_, .add): return .unknown("an answer to something else")
        }
    }
}

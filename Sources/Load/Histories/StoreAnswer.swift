/// What a client of a history asks of its store.
enum StoreOperation: Sendable, Equatable {
    case write(key: String, Int64)
    case read(key: String)
    /// Into the set or list of this key.
    case add(key: String, Int64)
    /// All that is in it.
    case readAll(key: String)

    var changesNothing: Bool {
        switch self {
        case .read, .readAll: true
        case .write, .add: false
        }
    }
}

/// What came of it.
enum StoreAnswer: Sendable, Equatable {
    case done
    /// nil: nothing is there.
    case value(Int64?)
    case values([Int64])
    /// It certainly had no effect.
    case failed(String)
    /// It may have had one, or may still have one.
    case unknown(String)
}

/// A client of one store: asks, waits for the answer, connects again where it must. On one thread.
protocol StoreClient: AnyObject {
    func perform(_ operation: StoreOperation) -> StoreAnswer
}

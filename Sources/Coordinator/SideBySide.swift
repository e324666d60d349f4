/// Of many agents, questions at one time. More would wait for one another, here and where agents share a machine, and none
/// would be done sooner.
let mostAtOnce = 64

/// Of agents that may be gone, at one time: each is waited for, and keeps those after it from being healed.
let mostWaitedFor = 1_000

extension Array where Element: Sendable {
    /// Many at once; the values in the order of the elements. Errors: the first; the others are cancelled.
    func sideBySide<Value: Sendable>(
        atOnce: Int = mostAtOnce,
        _ body: @Sendable @escaping (Element) async throws -> Value
    ) async throws -> [Value] {
        try await withThrowingTaskGroup(of: (Int, Value).self) { group in
            var values = [Value?](repeating: nil, count: count)
            for (index, element) in enumerated() {
                if index >= atOnce, let done = try await group.next() { values[done.0] = done.1 }
                group.addTask { (index, try await body(element)) }
            }
            for try await (index, value) in group { values[index] = value }
            return values.compactMap { $0 }
        }
    }

    /// The same of what never fails.
    @discardableResult func sideBySide<Value: Sendable>(
        atOnce: Int = mostAtOnce,
        _ body: @Sendable @escaping (Element) async -> Value
    ) async -> [Value] {
        await withTaskGroup(of: (Int, Value).self) { group in
            var values = [Value?](repeating: nil, count: count)
            for (index, element) in enumerated() {
                if index >= atOnce, let done = await group.next() { values[done.0] = done.1 }
                group.addTask { (index, await body(element)) }
            }
            for await (index, value) in group { values[index] = value }
            return values.compactMap { $0 }
        }
    }
}

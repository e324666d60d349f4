/// Slots in the order in which they were added, linked through a table of links: no memory, every operation O(1).
struct SlotList {
    /// The neighbours of a slot on the list it is on; -1: none.
    struct Links {
        var previous: Int32 = -1
        var next: Int32 = -1
    }

    private(set) var head: Int32 = -1
    private var tail: Int32 = -1
    private(set) var count = 0

    mutating func append(_ slot: Int32, in table: UnsafeMutablePointer<Links>) {
        table[Int(slot)] = Links(previous: tail, next: -1)
        if tail >= 0 { table[Int(tail)].next = slot } else { head = slot }
        tail = slot
        count += 1
    }

    mutating func remove(_ slot: Int32, in table: UnsafeMutablePointer<Links>) {
        let (previous, next) = (table[Int(slot)].previous, table[Int(slot)].next)
        if previous >= 0 { table[Int(previous)].next = next } else { head = next }
        if next >= 0 { table[Int(next)].previous = previous } else { tail = previous }
        table[Int(slot)] = Links()
        count -= 1
    }

    mutating func popFirst(in table: UnsafeMutablePointer<Links>) -> Int32? {
        guard head >= 0 else { return nil }
        let slot = head
        remove(slot, in: table)
        return slot
    }
}

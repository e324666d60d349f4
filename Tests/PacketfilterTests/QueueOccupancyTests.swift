import Testing

@testable import Packetfilter

@Suite("What queues hold")
struct QueueOccupancyTests {
    // As Linux 6.1 prints two queues: number, listener, held, mode, range, dropped, dropped by the listener, last, 1.
    @Test("is the sum of the third column, over all listeners")
    func sum() {
        let text = """
                1  11196     3 2 65531     0     0       99  1
                7 -41231    21 1     0     5     2     1044  1

            """
        #expect(QueueOccupancy.held(in: text) == 24)
        #expect(QueueOccupancy.held(in: "") == 0)
    }
}

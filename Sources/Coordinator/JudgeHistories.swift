import Correctness
import Foundation
import Plan
import Recording
import Verdict

/// Operations that were recorded one by one.
extension Judge {
    /// - Parameter events: tell which history told all.
    func histories(_ events: [RunEvent], _ remarks: inout [String]) -> [RecordedHistory] {
        let told = Set(events.compactMap(HistoryTeller.init))
        let untold = Set(HistoryTeller.all(of: plan).subtracting(told).map(\.history))
        return plan.histories.compactMap { history in
            let file = folder.history(history.name)
            do {
                let bytes = [UInt8](try folder.read(file))
                let read = try HistoryFile(bytes, name: file.lastPathComponent)
                if read.isTorn { remarks.append("\(read.name): its last line broke off and was left out") }
                return RecordedHistory(
                    name: history.name,
                    words: history.text,
                    entries: read.entries,
                    isWhole: !untold.contains(history.name)
                )
            } catch let error as HistoryError {
                remarks.append(error.message)
                return nil
            } catch {
                remarks.append(
                    "there is no \(file.lastPathComponent): history \(history.name) was not recorded"
                )
                return nil
            }
        }
    }
}

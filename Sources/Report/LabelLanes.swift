/// Puts labels of spans of time into lanes so that no two overlap. Computed for the narrowest plot of a layout: on a
/// wider one starts move apart and texts do not grow, so it holds there too.
struct LabelLanes: Sendable {
    struct Label: Sendable {
        let text: String
        /// The span it names, as parts of the plot's width.
        let start: Double
        let end: Double
    }

    struct Place: Sendable, Equatable {
        let index: Int
        /// 0 is next to the plot.
        let lane: Int
        /// Written leftwards from the span's end, because it would leave the plot on the right.
        let fromEnd: Bool
    }

    let places: [Place]
    /// Labels for which there was no room.
    let left: Int

    /// - Parameter width: of the plot, in pixels.
    init(_ labels: [Label], width: Double, lanes: Int) {
        var occupied: [[ClosedRange<Double>]] = Array(repeating: [], count: lanes)
        var places: [Place] = []
        for (index, label) in labels.enumerated() {
            let size = ChartText.width(of: label.text) + 8
            let fromEnd = label.start * width + size > width
            let low = fromEnd ? label.end * width - size : label.start * width
            guard low >= -60, size < width + 60 else { continue }
            let range = low...(low + size)
            guard let lane = occupied.firstIndex(where: { !$0.contains { $0.overlaps(range) } }) else {
                continue
            }
            occupied[lane].append(range)
            places.append(Place(index: index, lane: lane, fromEnd: fromEnd))
        }
        self.places = places
        self.left = labels.count - places.count
    }

    var lanes: Int { (places.map(\.lane).max() ?? -1) + 1 }
}

/// Moves labels of a margin apart, keeping their order.
enum LabelStack {
    /// Of all ways that keep order and distance the one nearest to the wishes (least squares: the wishes less their
    /// steps must rise, and neighbours that do not are replaced by their mean).
    ///
    /// - Returns: a position for each wish, at least `gap` apart and inside the range where there is room for all.
    static func spread(_ wishes: [Double], gap: Double, within range: ClosedRange<Double>) -> [Double] {
        let order = wishes.indices.sorted { (wishes[$0], $0) < (wishes[$1], $1) }
        var groups: [(sum: Double, count: Int)] = []
        for (step, index) in order.enumerated() {
            groups.append((wishes[index] - Double(step) * gap, 1))
            while groups.count > 1, let last = groups.last {
                let before = groups[groups.count - 2]
                guard before.sum / Double(before.count) > last.sum / Double(last.count) else { break }
                groups.removeLast(2)
                groups.append((before.sum + last.sum, before.count + last.count))
            }
        }
        let highest = max(range.lowerBound, range.upperBound - Double(max(0, wishes.count - 1)) * gap)
        let means = groups.flatMap { Array(repeating: $0.sum / Double($0.count), count: $0.count) }
        var result = wishes
        for (step, index) in order.enumerated() {
            result[index] = min(max(means[step], range.lowerBound), highest) + Double(step) * gap
        }
        return result
    }
}

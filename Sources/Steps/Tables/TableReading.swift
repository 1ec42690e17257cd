import Basics
import Execution
import Frames

/// Tables that stages hand to each other: Parquet, or what programs leave as CSV.
enum TableReading {
    static func read(_ work: StepWork, _ input: String, format: String?) throws(StepFailure) -> Frame {
        let bytes = try work.read(input)
        do throws(FrameError) {
            return try format == "csv" ? Frame.read(csv: bytes) : Frame.read(parquet: bytes)
        } catch {
            throw StepFailure(.input, "the table '\(input)': \(error)")
        }
    }

    static func put(_ frame: Frame, _ work: StepWork) throws(StepFailure) -> Digest {
        guard frame.rowCount > 0 else { throw StepFailure(.input, "no row is left") }
        let bytes: [UInt8]
        do throws(FrameError) {
            bytes = try frame.writeParquet()
        } catch {
            throw StepFailure(of: error)
        }
        return try work.put(bytes)
    }

    static func frame(_ columns: [Column]) throws(StepFailure) -> Frame {
        do throws(FrameError) {
            return try Frame(columns)
        } catch {
            throw StepFailure(of: error)
        }
    }

    static func column(_ name: String, of frame: Frame, _ table: String) throws(StepFailure) -> Column {
        guard let column = frame[name] else {
            throw StepFailure(.input, "the table '\(table)' has no column '\(name)'; it has \(frame.columnNames.joined(separator: ", "))")
        }
        return column
    }
}

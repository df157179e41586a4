"""What 汇总.xlsx shows of what was received: totals, outliers, comparisons, what may be published."""

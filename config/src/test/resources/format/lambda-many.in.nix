firstArgument: secondArgument: thirdArgument: fourthArgument: fifthArgument: sixthArgument: seventh: null

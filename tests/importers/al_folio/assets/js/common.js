console.log("theme")
